package dev.millrace.bench.index;

/** Who takes part. */
public enum MapKind {
    MILLRACE("Millrace, batched", false),
    MILLRACE_SCALAR("Millrace, one by one", false),
    FASTUTIL("fastutil", false),
    AGRONA("agrona", false),
    HASH_MAP("HashMap", false),
    CHRONICLE_MAP("Chronicle Map", true),
    MAPDB("MapDB HTreeMap", true),
    ROCKSDB("RocksDB", true),
    RANDOM_LINES("random lines (bound)", false);

    /** What an entry of the index takes in memory at most; the bound is spread over as much. */
    private static final int EXTRA_BYTES = 12;

    private final String title;
    private final boolean isSlow;

    MapKind(String title, boolean isSlow) {
        this.title = title;
        this.isSlow = isSlow;
    }

    String title() {
        return title;
    }

    /** Whether it is a store or crosses a boundary at each call. */
    boolean isSlow() {
        return isSlow;
    }

    /** Whether it takes part with values of so many bytes. */
    boolean takes(int valueBytes) {
        return this != AGRONA || valueBytes == Long.BYTES;
    }

    CountingMap open(IndexCase of) {
        int valueBytes = of.valueBytes();
        long entries = of.entries();
        long memoryBytes = 4 * entries * (Long.BYTES + valueBytes + 2 * EXTRA_BYTES);
        boolean isLong = valueBytes == Long.BYTES;
        return switch (this) {
            case MILLRACE -> new MillraceMap(memoryBytes, valueBytes, true, of.hugePages());
            case MILLRACE_SCALAR -> new MillraceMap(memoryBytes, valueBytes, false, of.hugePages());
            case FASTUTIL -> isLong ? new FastutilLongs() : new FastutilArrays(valueBytes);
            case AGRONA -> new AgronaLongs();
            case HASH_MAP -> new HashMapPeer(valueBytes);
            case CHRONICLE_MAP -> isLong ? new ChronicleLongs(entries) : new ChronicleBytes(entries, valueBytes);
            case MAPDB -> new MapDbPeer(valueBytes);
            case ROCKSDB -> new RocksDbPeer(valueBytes);
            case RANDOM_LINES -> new RandomLines(entries, Long.BYTES + valueBytes + EXTRA_BYTES, of.hugePages());
        };
    }
}
