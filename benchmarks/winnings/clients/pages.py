"""Forty pages, one request each (httpx)."""

import httpx


async def main(client: httpx.AsyncClient) -> list[str]:
    pages = [await client.get(f"/pages/{number}") for number in range(40)]
    return [page.text for page in pages]
