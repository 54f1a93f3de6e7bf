"""Ten orders, two reads for each of them (httpx)."""

import httpx


async def describe(client: httpx.AsyncClient, order: int) -> dict[str, str]:
    state = await client.get(f"/orders/{order}/state")
    invoice = await client.get(f"/orders/{order}/invoice")
    return {"state": state.text, "invoice": invoice.text}


async def main(client: httpx.AsyncClient) -> list[dict[str, str]]:
    found = []
    for order in range(10):
        found.append(await describe(client, order))
    return found
