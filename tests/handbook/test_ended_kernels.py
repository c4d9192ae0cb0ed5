"""Nothing of a page is kept when its kernel has ended, in whichever order the two are told."""

import asyncio

import zmq
from zmq.eventloop.zmqstream import ZMQStream

from handbook.ended_kernels import Kernels


async def close_a_page(*, kernel_first):
    """Let go of a kernel's channels and end it, in this order or the other; return a channel."""
    kernels = Kernels()
    kernels._kernels["kernel"] = object()
    channel = ZMQStream(zmq.Context.instance().socket(zmq.DEALER))
    if kernel_first:
        # Jupyter looks for channels that were kept when it begins to end a kernel, and never after.
        kernels.stop_buffering("kernel")
    kernels.start_buffering("kernel", "page", {"shell": channel})
    if not kernel_first:
        kernels.stop_buffering("kernel")
    kernels.remove_kernel("kernel")
    return kernels, channel


def test_a_page_that_asks_for_the_end_of_its_kernel_first_leaves_no_channel_open():
    """A browser does it in this order, so each page that was closed left its channels."""
    kernels, channel = asyncio.run(close_a_page(kernel_first=True))

    assert channel.closed()
    assert "kernel" not in kernels


def test_a_page_whose_connection_went_before_leaves_none_either():
    kernels, channel = asyncio.run(close_a_page(kernel_first=False))

    assert channel.closed()
    assert "kernel" not in kernels
