package dev.millrace.numa;

import com.sun.jna.Native;
import java.util.Optional;

/** Ranges by {@code mmap(PRIVATE | ANONYMOUS | NORESERVE)}: zero bytes, no memory before the first touch. */
final class MmapRanges implements RangeSource {
    private final PageToucher toucher;

    MmapRanges(PageToucher toucher) {
        this.toucher = toucher;
    }

    static Optional<RangeSource> detect() {
        return NativeAttempt.orElse(
                () -> {
                    MmapRanges ranges = new MmapRanges(PageToucher.detect());
                    ranges.release(ranges.reserve(ALIGNMENT_BYTES), ALIGNMENT_BYTES);
                    return Optional.of(ranges);
                },
                obstacle -> Optional.empty());
    }

    /** Maps one alignment more than asked and unmaps what sticks out at both ends. */
    @Override
    public long reserve(long bytes) {
        checkSize(bytes);
        long mappedBytes = Math.addExact(bytes, ALIGNMENT_BYTES);
        long mapped = LibC.mmap(0, mappedBytes, LibC.PROT_READ_WRITE, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
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

    private static void checkSize(long bytes) {
        if (bytes <= 0 || bytes % ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("range must be a positive multiple of the alignment: bytes=" + bytes
                    + ", alignmentBytes=" + ALIGNMENT_BYTES);
        }
    }

    @Override
    public void release(long address, long bytes) {
        LibC.munmap(address, bytes);
    }

    @Override
    public boolean adviseHugePages(long address, long bytes) {
        return LibC.madvise(address, bytes, LibC.MADV_HUGEPAGE) == 0;
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
        return LibC.madvise(address, bytes, LibC.MADV_DONTNEED) == 0;
    }
}
