"""`python -m config.runner.post_office SMTP IMAP`: serve at two sockets that were opened by whoever starts us."""

from __future__ import annotations

import asyncio
import signal
import sys

from config.runner.post_office import letter_boxes, post_doors
from config.runner.post_office.post_clerk import PostClerk
from config.runner.post_office.post_doors import PostDoors


async def serve(doors: PostDoors) -> None:
    """Take mail in and show it until we are asked to stop."""
    over = asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, over.set)
    boxes = await letter_boxes.put_up()
    _serving = (
        await boxes.serve(doors.imap),
        await asyncio.get_running_loop().create_server(PostClerk(boxes).at_the_door, sock=doors.smtp),
    )
    await over.wait()  # and leave whoever still talks: closing would wait for them


if __name__ == "__main__":
    asyncio.run(serve(post_doors.inherited(int(sys.argv[1]), int(sys.argv[2]))))
