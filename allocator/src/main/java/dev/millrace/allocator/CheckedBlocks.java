package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the misuse mode {@code CHECK} knows about every block, beside the blocks: a stray write cannot reach it.
 *
 * <pre>
 *   reservation    | unit 0                        | unit 1        | ...      64 KiB each
 *   pages          | Page                          | null          |          made when a block starts in the unit
 *   a page         | state | generation | length   | for every 64 bytes of the unit
 *
 *   state          length
 *   NOTHING        -                               nothing is known about the bytes that start here
 *   LIVE           bytes of canary                 a live block starts here
 *   FREED          bytes that hold the pattern     a stretch of a block that was freed starts here
 * </pre>
 *
 * <p>A freed block is a stretch in each unit that it lies in, so that units may lose their contents one by one.
 *
 * <p>What is written about a block is written by its owner; a block changes hands only in an order that all threads agree
 * on. Pages cost 7 bytes of heap for every 64 of the units that blocks were ever handed out of, and no garbage.
 *
 * <p>A freed stretch keeps its pattern until it is handed out, whatever slabs it lies in meanwhile, because nobody writes
 * to free memory; {@link #forget} is called when its contents are given back to the operating system.
 */
final class CheckedBlocks {
    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Page[].class);
    private static final int STEP_SHIFT = 6;
    private static final int STEPS = SizeClasses.UNIT_BYTES >>> STEP_SHIFT;

    private static final byte NOTHING = 0;
    private static final byte LIVE = 1;
    private static final byte FREED = 2;

    /** One unit's knowledge. */
    private static final class Page {
        final byte[] states = new byte[STEPS];
        final short[] generations = new short[STEPS];
        final int[] lengths = new int[STEPS];
    }

    private final long base;
    private final @Nullable Page[] pages;

    CheckedBlocks(long base, long bytes) {
        this.base = base;
        pages = new Page[Math.toIntExact(bytes >>> SizeClasses.UNIT_SHIFT)];
    }

    /**
     * Looks whether a block that is about to be handed out was written after it was freed.
     *
     * @return the offset of the first such byte, or −1 if there is none or nothing is known
     */
    long firstChanged(long address, long blockBytes) {
        for (long at = address; at < address + blockBytes; at = endOfUnit(at)) {
            final Page page = (Page) PAGE.getAcquire(pages, unitOf(at));
            if (page != null && page.states[stepOf(at)] == FREED) {
                final long length = Math.min(address + blockBytes - at, page.lengths[stepOf(at)]);
                final long changed = Patterns.firstOther(at, length, Patterns.FREED);
                if (changed >= 0) {
                    return at + changed - address;
                }
            }
        }
        return -1;
    }

    /** Writes down that a block is handed out, whose last bytes are canary. */
    void noteLive(long address, long blockBytes, int canaryBytes) {
        forget(address, blockBytes);
        final Page page = pageOf(address);
        final int step = stepOf(address);
        page.states[step] = LIVE;
        page.lengths[step] = canaryBytes;
    }

    /** The bytes of canary of a live block. */
    int canaryBytes(long address) {
        return pageOf(address).lengths[stepOf(address)];
    }

    /** Writes down that a block is freed and holds the pattern. Handles to it are out of date from here on. */
    void noteFreed(long address, long blockBytes) {
        pageOf(address).generations[stepOf(address)]++;
        for (long at = address; at < address + blockBytes; at = endOfUnit(at)) {
            final Page page = pageOf(at);
            page.lengths[stepOf(at)] = (int) (Math.min(address + blockBytes, endOfUnit(at)) - at);
            page.states[stepOf(at)] = FREED;
        }
    }

    /** How often blocks that start here were freed, modulo 2^16. */
    int generationOf(long address) {
        return pageOf(address).generations[stepOf(address)] & 0xFFFF;
    }

    /** Forgets what free memory holds. Generations are kept. */
    void forget(long address, long bytes) {
        for (long at = address; at < address + bytes; at = endOfUnit(at)) {
            final Page page = (Page) PAGE.getAcquire(pages, unitOf(at));
            if (page != null) {
                final long last = Math.min(address + bytes, endOfUnit(at)) - 1;
                Arrays.fill(page.states, stepOf(at), stepOf(last) + 1, NOTHING);
            }
        }
    }

    /**
     * Looks at every freed block that was not handed out again. For a moment when nobody allocates or frees.
     *
     * @return how many bytes were looked at
     * @throws MemoryMisuseException if one was written to
     */
    long recheck(FreeTraces frees) {
        long bytes = 0;
        for (int unit = 0; unit < pages.length; unit++) {
            final Page page = (Page) PAGE.getAcquire(pages, unit);
            for (int step = 0; page != null && step < STEPS; step++) {
                if (page.states[step] == FREED) {
                    final long address = addressOfUnit(unit) + ((long) step << STEP_SHIFT);
                    final long length = untilNext(page, step);
                    bytes += length;
                    final long changed = Patterns.firstOther(address, length, Patterns.FREED);
                    if (changed >= 0) {
                        throw writtenAfterFree(address, length, changed, frees.of(address));
                    }
                }
            }
        }
        return bytes;
    }

    /** A slab of smaller blocks may have been made of what was freed as one. */
    private static long untilNext(Page page, int step) {
        final int end = step + ((page.lengths[step] + (1 << STEP_SHIFT) - 1) >>> STEP_SHIFT);
        int next = step + 1;
        while (next < end && page.states[next] == NOTHING) {
            next++;
        }
        return (long) (next - step) << STEP_SHIFT;
    }

    /** The error of a block that was written after it was freed. */
    static MemoryMisuseException writtenAfterFree(
            long address, long blockBytes, long changed, @Nullable Throwable freedAt) {
        return new MemoryMisuseException(
                "block was written after it was freed: address=0x" + Long.toHexString(address) + ", blockBytes="
                        + blockBytes + ", firstChangedOffsetBytes=" + changed + ", found="
                        + Patterns.hex(Memory.getByte(address + changed)) + ", expected="
                        + Patterns.hex(Patterns.FREED) + "; "
                        + (freedAt == null
                                ? "to see where it was freed, open with withLeakSampleInterval(1)"
                                : "the cause is where it was freed: look there for who kept the address"),
                address,
                changed,
                freedAt);
    }

    /** What is known about the block that starts at an address. */
    @Nullable
    String describe(long address) {
        if (!contains(address)) {
            return null;
        }
        final Page page = (Page) PAGE.getAcquire(pages, unitOf(address));
        if (page == null) {
            return null;
        }
        final int step = stepOf(address);
        final String generation = "generation=" + (page.generations[step] & 0xFFFF);
        return switch (page.states[step]) {
            case LIVE -> generation + ", canaryBytes=" + page.lengths[step];
            case FREED -> generation + ", patternBytes=" + page.lengths[step];
            default -> generation;
        };
    }

    private boolean contains(long address) {
        return address >= base && (address - base) >>> SizeClasses.UNIT_SHIFT < pages.length;
    }

    private Page pageOf(long address) {
        final int unit = unitOf(address);
        final Page page = (Page) PAGE.getAcquire(pages, unit);
        return page != null ? page : makePage(unit);
    }

    private Page makePage(int unit) {
        final Page made = new Page();
        final Page other = (Page) PAGE.compareAndExchange(pages, unit, null, made);
        return other == null ? made : other;
    }

    private int unitOf(long address) {
        return (int) ((address - base) >>> SizeClasses.UNIT_SHIFT);
    }

    private long addressOfUnit(int unit) {
        return base + ((long) unit << SizeClasses.UNIT_SHIFT);
    }

    private long endOfUnit(long address) {
        return addressOfUnit(unitOf(address) + 1);
    }

    private int stepOf(long address) {
        return (int) ((address - base) >>> STEP_SHIFT) & (STEPS - 1);
    }
}
