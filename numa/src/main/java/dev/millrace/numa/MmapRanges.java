package dev.millrace.numa;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ranges by {@code mmap(PRIVATE | ANONYMOUS | NORESERVE)}: zero bytes, no memory before the first touch.
 *
 * <p>Where the kernel never promises more than it has ({@code vm.overcommit_memory=2}) it ignores {@code NORESERVE}, and a
 * reservation of twice the budget could be refused on a machine that has the memory. There a range is reserved without
 * any access, which promises nothing, and each stretch is made accessible when it is committed. What was promised once
 * stays promised until the range is released, also for a stretch that was given back.
 */
final class MmapRanges implements RangeSource {
    private static final String NEVER_OVERCOMMIT = "2";

    private final PageToucher toucher;
    private final boolean neverOvercommits;
    private final Path root;

    /** First and last address of each range of pooled huge pages, one after the other; replaced whole, never changed. */
    private final AtomicReference<long[]> pooled = new AtomicReference<>(new long[0]);

    /**
     * @param neverOvercommits whether memory must be promised before it is touched
     * @param root the folder that holds {@code proc}, for what a refusal says
     */
    MmapRanges(PageToucher toucher, boolean neverOvercommits, Path root) {
        this.toucher = toucher;
        this.neverOvercommits = neverOvercommits;
        this.root = root;
    }

    static Optional<RangeSource> detect(Path root) {
        return NativeAttempt.orElse(
                () -> {
                    MmapRanges ranges = new MmapRanges(PageToucher.detect(), neverOvercommits(root), root);
                    ranges.release(ranges.reserve(ALIGNMENT_BYTES), ALIGNMENT_BYTES);
                    return Optional.of(ranges);
                },
                obstacle -> Optional.empty());
    }

    private static boolean neverOvercommits(Path root) {
        try {
            Path file = root.resolve("proc/sys/vm/overcommit_memory");
            return Files.readString(file, StandardCharsets.ISO_8859_1).trim().equals(NEVER_OVERCOMMIT);
        } catch (IOException e) {
            // Hidden from us: the other two modes reserve alike, and are what nearly all machines have.
            return false;
        }
    }

    /** Maps one alignment more than asked and unmaps what sticks out at both ends. */
    @Override
    public long reserve(long bytes) {
        checkSize(bytes);
        long mappedBytes = Math.addExact(bytes, ALIGNMENT_BYTES);
        int protection = neverOvercommits ? LibC.PROT_NONE : LibC.PROT_READ_WRITE;
        long mapped = LibC.mmap(0, mappedBytes, protection, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (mapped == LibC.MAP_FAILED) {
            throw new ReservationException(bytes, "mmap " + Errno.describe(Native.getLastError()));
        }
        long address = (mapped + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        long headBytes = address - mapped;
        if (headBytes > 0) {
            LibC.munmap(mapped, headBytes);
        }
        LibC.munmap(address + bytes, ALIGNMENT_BYTES - headBytes);
        return address;
    }

    /** Without {@code NORESERVE}: a pool that is used up later would end the process at a touch. */
    @Override
    public long reserveHuge(long bytes) {
        checkSize(bytes);
        int flags = LibC.MAP_PRIVATE_ANONYMOUS | LibC.MAP_HUGETLB_2MB;
        long address = LibC.mmap(0, bytes, LibC.PROT_READ_WRITE, flags, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw poolRefused(bytes, Native.getLastError());
        }
        pooled.updateAndGet(ranges -> with(ranges, address, address + bytes - 1));
        return address;
    }

    private ReservationException poolRefused(long bytes, int errno) {
        MachineMemory.HugePagePool pool = MachineMemory.read(root).hugePages();
        long needed = bytes / ALIGNMENT_BYTES;
        String answer = "mmap " + Errno.describe(errno) + ", neededHugePages=" + needed + ", freeHugePages="
                + pool.free()
                + ", reservedHugePages=" + pool.reserved() + ", totalHugePages=" + pool.total() + ", hugePageBytes="
                + pool.pageBytes();
        if (pool.pageBytes() != ALIGNMENT_BYTES) {
            return new ReservationException(
                    bytes,
                    answer,
                    "set aside pages of 2 MiB (/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages), or ask for huge"
                            + " pages where possible instead");
        }
        long missing = Math.max(1, needed - (pool.free() - pool.reserved()));
        return new ReservationException(
                bytes,
                answer,
                "set aside more (sysctl -w vm.nr_hugepages=" + (pool.total() + missing)
                        + "), or ask for huge pages where possible instead");
    }

    private static void checkSize(long bytes) {
        if (bytes <= 0 || bytes % ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("range must be a positive multiple of the alignment: bytes=" + bytes
                    + ", alignmentBytes=" + ALIGNMENT_BYTES);
        }
    }

    @Override
    public void release(long address, long bytes) {
        if (isPooled(address)) {
            pooled.updateAndGet(ranges -> without(ranges, address));
        }
        LibC.munmap(address, bytes);
    }

    @Override
    public boolean adviseHugePages(long address, long bytes) {
        return LibC.madvise(address, bytes, LibC.MADV_HUGEPAGE) == 0;
    }

    @Override
    public boolean adviseSmallPages(long address, long bytes) {
        return LibC.madvise(address, bytes, LibC.MADV_NOHUGEPAGE) == 0;
    }

    @Override
    public boolean commit(long address, long bytes) {
        return !neverOvercommits || protect(address, bytes, Protection.READ_WRITE);
    }

    @Override
    public boolean touch(long address, long bytes, long pageBytes) {
        return toucher.touch(address, bytes, pageBytes);
    }

    @Override
    public boolean protect(long address, long bytes, Protection protection) {
        int flags =
                switch (protection) {
                    case NONE -> LibC.PROT_NONE;
                    case READ_ONLY -> LibC.PROT_READ;
                    case READ_WRITE -> LibC.PROT_READ_WRITE;
                };
        return LibC.mprotect(address, bytes, flags) == 0;
    }

    @Override
    public boolean giveBack(long address, long bytes) {
        return !isPooled(address) && LibC.madvise(address, bytes, LibC.MADV_DONTNEED) == 0;
    }

    /** Asked whenever memory is given back, so it makes no garbage. */
    private boolean isPooled(long address) {
        long[] ranges = pooled.getAcquire();
        for (int i = 0; i < ranges.length; i += 2) {
            if (address >= ranges[i] && address <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static long[] with(long[] ranges, long first, long last) {
        long[] longer = Arrays.copyOf(ranges, ranges.length + 2);
        longer[ranges.length] = first;
        longer[ranges.length + 1] = last;
        return longer;
    }

    private static long[] without(long[] ranges, long first) {
        long[] shorter = new long[ranges.length - 2];
        for (int from = 0, to = 0; from < ranges.length; from += 2) {
            if (ranges[from] != first) {
                shorter[to++] = ranges[from];
                shorter[to++] = ranges[from + 1];
            }
        }
        return shorter;
    }
}
