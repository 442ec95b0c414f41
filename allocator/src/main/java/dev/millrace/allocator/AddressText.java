package dev.millrace.allocator;

import org.jspecify.annotations.Nullable;

/** Says what an address is, for whoever reads a crash report or an error. Any thread may ask for any address. */
final class AddressText {
    private final SlabTable table;
    private final Watch watch;

    AddressText(SlabTable table, Watch watch) {
        this.table = table;
        this.watch = watch;
    }

    String describe(long address) {
        if (!table.isInSlab(address)) {
            final @Nullable String known = watch.describe(address);
            return known != null ? known : "address=0x" + Long.toHexString(address) + ": no block of this allocator";
        }
        final long start = table.startOfBlock(address);
        final int kind = table.kindOfBlock(address);
        final @Nullable String known = watch.describe(start);
        return (table.isLive(start) ? "live block" : "free block") + ": address=0x" + Long.toHexString(start)
                + ", pool="
                + SizeClasses.poolOfKind(kind) + ", blockBytes="
                + (SizeClasses.isRunKind(kind)
                        ? table.runBytes(table.unitOf(start))
                        : SizeClasses.blockBytesOfKind(kind))
                + ", offsetBytes=" + (address - start) + (known == null ? "" : ", " + known);
    }
}
