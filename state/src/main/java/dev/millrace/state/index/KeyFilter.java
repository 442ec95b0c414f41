package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers hashes: says of each that was added that it may be there, and of few others. Touched by the index's writer
 * only. Owns its blocks.
 *
 * <p>A blocked Bloom filter (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters", 2007): a hash sets
 * {@value #BITS_PER_HASH} bits within one cache line, so a look is one cache miss. It grows as a scalable one (Almeida et al.,
 * "Scalable Bloom filters", 2007): what was added cannot be read back, so a full layer stays and one of twice its size
 * is put beside it. With {@value #LINE_BITS} bits for {@value #HASHES_PER_LINE} hashes a layer passes about one strange
 * hash in 150. At the limit the last layer fills up further, and passes more.
 */
final class KeyFilter {
    private static final int FIRST_LAYER_BYTES = 4096;
    private static final int GROWTH = 2;
    private static final int LINE_BYTES = 64;
    private static final int LINE_BITS = LINE_BYTES * Byte.SIZE;
    private static final int BITS_PER_HASH = 6;
    private static final int BIT_INDEX_BITS = 9;

    /** A line holds so many on average before the next layer begins: 12 bits for each. */
    private static final int HASHES_PER_LINE = LINE_BITS / 12;

    private static final long SPREAD = 0xD6E8_FEB8_6659_FD93L;

    private final BlockAllocator allocator;
    private final long limitBytes;
    private final List<Layer> layers = new ArrayList<>();
    private long sizeBytes;

    /** @param limitBytes what it takes at most; the first layer is always allowed */
    KeyFilter(BlockAllocator allocator, long limitBytes) {
        this.allocator = allocator;
        this.limitBytes = limitBytes;
    }

    private static final class Layer {
        private final long[] blocks;
        private final long lineCount;
        private long hashCount;

        Layer(long[] blocks, long lineCount) {
            this.blocks = blocks;
            this.lineCount = lineCount;
        }

        boolean isFull() {
            return hashCount >= lineCount * HASHES_PER_LINE;
        }

        long line(long hash) {
            final long index = ((((hash ^ (hash >>> 32)) * SPREAD) >>> Integer.SIZE) * lineCount) >>> Integer.SIZE;
            final long offset = index * LINE_BYTES;
            return blocks[(int) (offset / BlockAllocator.MAX_BLOCK_BYTES)] + offset % BlockAllocator.MAX_BLOCK_BYTES;
        }
    }

    /** Makes sure that hashes can be added, or says that there is no memory for it. */
    boolean isReady() {
        if (layers.isEmpty()) {
            grow();
        }
        return !layers.isEmpty();
    }

    /** Adds a hash, to a filter that {@link #isReady}. */
    void add(long hash) {
        if (mayContain(hash)) {
            return;
        }
        if (layers.get(layers.size() - 1).isFull()) {
            grow();
        }
        final Layer layer = layers.get(layers.size() - 1);
        final long line = layer.line(hash);
        long bits = spread(hash);
        for (int i = 0; i < BITS_PER_HASH; i++) {
            final long word = word(line, bits);
            Memory.putLong(word, Memory.getLong(word) | 1L << bits);
            bits >>>= BIT_INDEX_BITS;
        }
        layer.hashCount++;
    }

    boolean mayContain(long hash) {
        final long bits = spread(hash);
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (isInLine(layers.get(i).line(hash), bits)) {
                return true;
            }
        }
        return false;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Forgets everything and frees its memory. */
    void clear() {
        for (Layer layer : layers) {
            free(layer.blocks, layer.blocks.length);
        }
        layers.clear();
        sizeBytes = 0;
    }

    /** Mixes again (after MurmurHash3's finalizer), so that the bits of a line do not depend on which line it is. */
    private static long spread(long hash) {
        final long once = (hash ^ (hash >>> 32)) * SPREAD;
        final long twice = (once ^ (once >>> 29)) * SPREAD;
        return twice ^ (twice >>> 32);
    }

    private static boolean isInLine(long line, long spread) {
        long bits = spread;
        for (int i = 0; i < BITS_PER_HASH; i++) {
            if ((Memory.getLong(word(line, bits)) >>> bits & 1) == 0) {
                return false;
            }
            bits >>>= BIT_INDEX_BITS;
        }
        return true;
    }

    /** The word of a line that a bit lies in: the low six bits tell which bit, the next three which word. */
    private static long word(long line, long bits) {
        return line + (bits >>> 6 & 7) * Long.BYTES;
    }

    private void grow() {
        long layerBytes = FIRST_LAYER_BYTES;
        for (int i = 0; i < layers.size(); i++) {
            layerBytes *= GROWTH;
        }
        if (!layers.isEmpty() && sizeBytes + layerBytes > limitBytes) {
            return;
        }
        final int blockBytes = (int) Math.min(layerBytes, BlockAllocator.MAX_BLOCK_BYTES);
        final long[] blocks = new long[(int) (layerBytes / blockBytes)];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = allocator.tryAllocate(MemoryPool.INDEX, blockBytes);
            if (blocks[i] == BlockAllocator.NONE) {
                free(blocks, i);
                return;
            }
            Memory.fill(blocks[i], blockBytes, (byte) 0);
        }
        layers.add(new Layer(blocks, layerBytes / LINE_BYTES));
        sizeBytes += layerBytes;
    }

    private void free(long[] blocks, int count) {
        for (int i = 0; i < count; i++) {
            allocator.free(blocks[i]);
        }
    }
}
