"""One page made of three reads that share nothing (aiohttp)."""

import aiohttp


async def fetch_text(session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(path) as response:
        return await response.text()


async def main(session: aiohttp.ClientSession) -> str:
    user = await fetch_text(session, "/user")
    posts = await fetch_text(session, "/posts")
    news = await fetch_text(session, "/news")
    return f"{user}: {posts}, {news}"
