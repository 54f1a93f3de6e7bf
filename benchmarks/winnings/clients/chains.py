"""Two chains of two requests that know nothing of each other (httpx)."""

import httpx


async def main(client: httpx.AsyncClient) -> tuple[str, str]:
    user = await client.get("/user")
    avatar = await client.get(user.text)
    team = await client.get("/team")
    logo = await client.get(team.text)
    return avatar.text, logo.text
