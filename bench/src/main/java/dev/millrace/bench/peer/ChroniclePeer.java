package dev.millrace.bench.peer;

import net.openhft.chronicle.bytes.BytesStore;

/** Native stores of chronicle-bytes, without resource tracing. It zeroes them. */
final class ChroniclePeer implements Peer {
    private final int sizeBytes;
    private final BytesStore<?, ?>[] blocks;

    ChroniclePeer(int sizeBytes, int slots) {
        this.sizeBytes = sizeBytes;
        blocks = new BytesStore<?, ?>[slots];
    }

    @Override
    public void pair(int thread) {
        BytesStore<?, ?> block = BytesStore.nativeStore(sizeBytes);
        block.writeLong(0, thread);
        block.releaseLast();
    }

    @Override
    public void take(int thread, int slot) {
        BytesStore<?, ?> block = BytesStore.nativeStore(sizeBytes);
        block.writeLong(0, slot);
        blocks[slot] = block;
    }

    @Override
    public void give(int thread, int slot) {
        blocks[slot].releaseLast();
    }

    @Override
    public void fill(int slot) {
        for (int at = 0; at + Long.BYTES <= sizeBytes; at += Long.BYTES) {
            blocks[slot].writeLong(at, 1);
        }
    }

    @Override
    public void close() {}
}
