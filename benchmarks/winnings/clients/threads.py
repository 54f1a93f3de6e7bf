"""Twelve pages with a client that blocks, each in a thread (urllib)."""

import asyncio
import urllib.request


def fetch_page(address: str) -> bytes:
    with urllib.request.urlopen(address) as response:
        return bytes(response.read())


async def main(site: str) -> list[bytes]:
    pages = []
    for number in range(12):
        pages.append(await asyncio.to_thread(fetch_page, f"{site}/threads/{number}"))
    return pages
