"""Twenty links, each tried for itself, the broken ones remembered (httpx)."""

import httpx


async def main(client: httpx.AsyncClient) -> tuple[dict[str, str], list[str]]:
    links = [f"/links/{number}" if number % 5 else "http://127.0.0.1:1/" for number in range(20)]
    pages = {}
    broken = []
    for link in links:
        try:
            response = await client.get(link)
        except httpx.HTTPError:
            broken.append(link)
            continue
        pages[link] = response.text
    return pages, broken
