package dev.millrace.numa;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The rung for kernels that refuse memory policies: a page lies on the node of the thread that touches it first, so a
 * thread that may run on that node only touches it.
 *
 * <p>A caller that is tied to processors of the node touches by itself, which is what a pinned worker does for its own
 * memory. For any other caller a thread is started, tied to the node, and waited for: some 0.1 ms beside the 0.2 to 0.6 ms
 * that the kernel takes to find and clear 2 MiB. The caller's own ties are never changed.
 *
 * <p>On a machine whose memory is all on one node there is nothing to choose, and nothing is touched.
 *
 * @param hasOneMemoryNode whether all memory is on one node
 */
record FirstTouchPlacement(String reason, boolean hasOneMemoryNode, CpuPinning pinning, PageToucher toucher)
        implements Placement {
    @Override
    public Rung rung() {
        return Rung.FIRST_TOUCH;
    }

    /**
     * Refused, but the range is marked, so that {@link #nodesOf} can tell it from its neighbours: the kernel counts pages by
     * mapping, and makes one mapping of adjacent ranges that have all properties in common. The marks are advice on what a
     * forked process would see, which no JVM ever looks at; there are four of them, by the last two bits of the node's id.
     */
    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        if ((node.id() & 1) != 0) {
            LibC.madvise(address, bytes, LibC.MADV_DONTFORK);
        }
        if ((node.id() & 2) != 0) {
            LibC.madvise(address, bytes, LibC.MADV_WIPEONFORK);
        }
        return false;
    }

    @Override
    public boolean firstTouch(long address, long bytes, NumaNode node, long pageBytes) {
        if (hasOneMemoryNode) {
            return true;
        }
        List<Integer> here = pinning.currentAffinity();
        if (!here.isEmpty() && node.cpus().containsAll(here)) {
            return toucher.touch(address, bytes, pageBytes);
        }
        return touchFromElsewhere(address, bytes, node, pageBytes);
    }

    private boolean touchFromElsewhere(long address, long bytes, NumaNode node, long pageBytes) {
        if (!node.hasCpus()) {
            return false;
        }
        TouchOnNode touch = new TouchOnNode(address, bytes, node, pageBytes);
        Thread thread = new Thread(touch, "millrace first touch on node " + node.id());
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return touch.isDone;
    }

    @Override
    public int nodeOf(long address) {
        int[] nodes = new int[1];
        nodesOf(new long[] {address}, nodes);
        return Math.max(nodes[0], UNKNOWN_NODE);
    }

    /**
     * The kernel counts the pages of each mapping by node ({@code /proc/self/numa_maps}). If all lie on one node, each of
     * them does; an address without a page, in a mapping that has some, is taken for one of them.
     */
    @Override
    public int nodesOf(long[] addresses, int[] nodes) {
        PageQuery.check(addresses, nodes);
        try {
            NumaMaps maps = NumaMaps.read(NumaMaps.OF_THIS_PROCESS);
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = maps.nodeOf(addresses[i]);
            }
        } catch (IOException e) {
            // Not readable here: nothing is known.
            Arrays.fill(nodes, UNKNOWN_NODE);
        }
        return PageQuery.countKnown(nodes);
    }

    /** Runs on a thread of its own; who waits for its end may read the answer. */
    private final class TouchOnNode implements Runnable {
        private final long address;
        private final long bytes;
        private final NumaNode node;
        private final long pageBytes;
        private boolean isDone;

        TouchOnNode(long address, long bytes, NumaNode node, long pageBytes) {
            this.address = address;
            this.bytes = bytes;
            this.node = node;
            this.pageBytes = pageBytes;
        }

        @Override
        public void run() {
            isDone = pinning.restrictTo(node.cpus()) && toucher.touch(address, bytes, pageBytes);
        }
    }
}
