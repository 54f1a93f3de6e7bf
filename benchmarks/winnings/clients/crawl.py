"""Each article, then its author: twenty chains of two requests (aiohttp)."""

import aiohttp


async def fetch_text(session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(path) as response:
        return await response.text()


async def main(session: aiohttp.ClientSession) -> dict[str, str]:
    authors = {}
    for number in range(20):
        article = await fetch_text(session, f"/articles/{number}")
        authors[article] = await fetch_text(session, f"{article}/author")
    return authors
