package dev.millrace.numa;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * Ties the calling platform thread to processors.
 *
 * <p>Any thread may call any method, and each speaks of the calling thread only. Where threads cannot be tied, every
 * wish is answered with false. Threads started later inherit what their parent had.
 */
public final class CpuPinning {
    /** The kernel's limit is below this. */
    static final int MAX_CPUS = 8192;

    private final boolean isAvailable;

    private CpuPinning(boolean isAvailable) {
        this.isAvailable = isAvailable;
    }

    /** The pinning of this machine. Never throws. */
    public static CpuPinning detect() {
        return NativeAttempt.orElse(
                () -> new CpuPinning(LibC.sched_getaffinity(0, MAX_CPUS / 8, new byte[MAX_CPUS / 8]) >= 0),
                obstacle -> none());
    }

    /** A pinning that pins nothing. */
    public static CpuPinning none() {
        return new CpuPinning(false);
    }

    /**
     * Ties the calling thread to one processor.
     *
     * @return false if the thread may run where it ran before
     */
    public boolean pinTo(int cpu) {
        return restrictTo(List.of(cpu));
    }

    /**
     * Lets the calling thread run on some processors, and on no others.
     *
     * @return false if the thread may run where it ran before
     */
    public boolean restrictTo(Collection<Integer> cpus) {
        if (!isAvailable) {
            return false;
        }
        BitSet bits = new BitSet(MAX_CPUS);
        for (int cpu : cpus) {
            if (cpu < 0 || cpu >= MAX_CPUS) {
                return false;
            }
            bits.set(cpu);
        }
        byte[] mask = new byte[MAX_CPUS / 8];
        byte[] bytes = bits.toByteArray();
        System.arraycopy(bytes, 0, mask, 0, bytes.length);
        return LibC.sched_setaffinity(0, mask.length, mask) == 0;
    }

    /**
     * The processors that the calling thread may run on, ascending.
     *
     * @return nothing if it cannot be asked
     */
    public List<Integer> currentAffinity() {
        byte[] mask = new byte[MAX_CPUS / 8];
        List<Integer> cpus = new ArrayList<>();
        if (!isAvailable || LibC.sched_getaffinity(0, mask.length, mask) < 0) {
            return cpus;
        }
        BitSet bits = BitSet.valueOf(mask);
        for (int cpu = bits.nextSetBit(0); cpu >= 0; cpu = bits.nextSetBit(cpu + 1)) {
            cpus.add(cpu);
        }
        return cpus;
    }
}
