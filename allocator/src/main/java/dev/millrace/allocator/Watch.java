package dev.millrace.allocator;

import dev.millrace.numa.RangeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a misuse mode puts around the handles of one allocator. The modes that are on in production put nothing there.
 *
 * <p>Any thread may call any method.
 */
sealed interface Watch {
    /** The watch of a mode, over the handles of a table. */
    static Watch of(AllocatorConfig config, SlabTable table, LeakSampler sampler, RangeSource ranges, Span span) {
        return switch (config.misuse()) {
            case OFF, STATE -> new Bare();
            case CHECK ->
                new Checked(
                        new CheckedBlocks(span.base(), span.bytes()),
                        table,
                        sampler,
                        new FreeTraces(config.leakSampleInterval(), System::nanoTime));
            case GUARD -> new Guarded(new GuardedBlocks(ranges, GuardedBlocks.rangeBytes(config.memoryBytes())));
        };
    }

    /** A stretch of addresses. */
    record Span(long base, long bytes) {}

    /** What the program gets for a handle. */
    BlockAllocator over(BlockAllocator handle);

    /** Called when the contents of free memory are given back to the operating system. */
    default void contentsLost(long address, long bytes) {}

    /** Looks at all free memory now. Returns the number of bytes looked at. */
    default long recheck() {
        return 0;
    }

    /** What is known about an address beyond what the table of slabs knows. */
    default @Nullable String describe(long address) {
        return null;
    }

    /** Every block that is known, a line each. */
    default String map() {
        return "";
    }

    /** Called once no thread uses a handle. */
    default void close() {}

    /** Nothing around the handles. */
    record Bare() implements Watch {
        @Override
        public BlockAllocator over(BlockAllocator handle) {
            return handle;
        }
    }

    /** Patterns in free memory and behind blocks. */
    record Checked(CheckedBlocks blocks, SlabTable table, LeakSampler sampler, FreeTraces frees) implements Watch {
        @Override
        public BlockAllocator over(BlockAllocator handle) {
            return new CheckingAllocator(handle, blocks, table, sampler, frees);
        }

        @Override
        public void contentsLost(long address, long bytes) {
            blocks.forget(address, bytes);
        }

        @Override
        public long recheck() {
            return blocks.recheck(frees);
        }

        @Override
        public @Nullable String describe(long address) {
            return blocks.describe(address);
        }
    }

    /** Pages for every block. */
    record Guarded(GuardedBlocks blocks) implements Watch {
        @Override
        public BlockAllocator over(BlockAllocator handle) {
            return new GuardAllocator(handle, blocks);
        }

        @Override
        public @Nullable String describe(long address) {
            return blocks.describe(address);
        }

        @Override
        public String map() {
            return blocks.map();
        }

        @Override
        public void close() {
            blocks.close();
        }
    }
}
