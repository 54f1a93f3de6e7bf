"""Twenty pages of a service that works on four requests at a time (aiohttp)."""

import aiohttp


async def fetch_text(session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(path) as response:
        return await response.text()


async def main(session: aiohttp.ClientSession) -> int:
    size = 0
    for number in range(20):
        size += len(await fetch_text(session, f"/busy/{number}"))
    return size
