"""A mend for a leak: what was kept for a page whose kernel had ended was kept for ever.

Jupyter keeps the channels of a kernel when its page is gone, so that a lost connection misses nothing. A
page that is closed first asks for its kernel to be ended, and only then lets go of the connection: by
then Jupyter had looked for channels to let go of, and the kernel had not ended yet. Up to one open file
and a fifth of a MiB were left of each such page (measured over 40 pages), and a process may open so many.
"""

from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


class Kernels(AsyncMappingKernelManager):
    """Jupyter's own, which lets go of all that belongs to a kernel when it has ended."""

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget the kernel *kernel_id*, and what was kept for a page of it."""
        if kernel_id in self:
            self.stop_buffering(kernel_id)
        return super().remove_kernel(kernel_id)
