package dev.millrace.numa;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private static final int PR_SET_VMA = 0x53564d41;
    private static final int PR_SET_VMA_ANON_NAME = 0;

    @Override
    public Rung rung() {
        return Rung.FIRST_TOUCH;
    }

    /**
     * Names the range, as {@code /proc/self/maps} then shows. That keeps the kernel from joining it with its neighbours,
     * so that {@link #nodesOf} can tell the ranges of two nodes apart. Kernels before 5.17 have no names.
     */
    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        byte[] name = ("millrace node " + node.id() + '\0').getBytes(StandardCharsets.US_ASCII);
        try (Memory text = new Memory(name.length)) {
            text.write(0, name, 0, name.length);
            LibC.prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, address, bytes, Pointer.nativeValue(text));
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
     * The kernel tells counts of pages for each stretch of addresses with the same properties, in
     * {@code /proc/self/numa_maps}: if all pages of a stretch lie on one node, it is known where each of them lies.
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
