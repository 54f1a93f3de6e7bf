"""A web server on 127.0.0.1 that answers late: `python -m benchmarks.winnings.server MILLISECONDS`.

It prints its address, and stops when its standard input ends. Every answer is made of the path, and
takes between a half and one and a half of the latency, so that answers come in another order than
they were asked for. It remembers what it was asked and how much of that at the same time.
"""

from __future__ import annotations

import asyncio
import sys
import zlib
from collections import Counter

from aiohttp import web

CAPACITY = 4


class Site:
    """The pages, and what has been asked for since somebody last looked."""

    def __init__(self, latency: float) -> None:
        """Take the latency in seconds."""
        self.latency = latency
        self.capacity = asyncio.Semaphore(CAPACITY)
        self.asked: Counter[str] = Counter()
        self.under_way = 0
        self.peak = 0

    def application(self) -> web.Application:
        """Return the pages."""
        application = web.Application()
        application.router.add_get("/_asked", self.tell)
        application.router.add_get("/wait/{latencies}", self.wait)
        application.router.add_route("*", "/busy/{page:.*}", self.busy)
        application.router.add_route("*", "/{page:.*}", self.page)
        return application

    async def tell(self, _request: web.Request) -> web.Response:
        """Tell what was asked and begin anew."""
        told = {"asked": dict(self.asked), "peak": self.peak}
        self.asked.clear()
        self.peak = 0
        return web.json_response(told)

    async def wait(self, request: web.Request) -> web.Response:
        """Answer after exactly so many latencies."""
        return await self._answer(request, float(request.match_info["latencies"]))

    async def busy(self, request: web.Request) -> web.Response:
        """Answer a few requests at a time; the others queue, as at a service with a small pool."""
        async with self.capacity:
            return await self.page(request)

    async def page(self, request: web.Request) -> web.Response:
        """Answer when this page usually does."""
        return await self._answer(request, 0.5 + zlib.crc32(request.path.encode()) % 100 / 100)

    async def _answer(self, request: web.Request, latencies: float) -> web.Response:
        self.asked[f"{request.method} {request.path}"] += 1
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        try:
            await asyncio.sleep(self.latency * latencies)
        finally:
            self.under_way -= 1
        return web.Response(text=f"/about{request.path}")


async def serve(milliseconds: str) -> None:
    """Answer until standard input ends."""
    runner = web.AppRunner(Site(float(milliseconds) / 1000).application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
