package dev.millrace.bench.peer;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

/** Netty's direct buffers, without leak detection. Its thread caches want a {@link FastThreads} thread. */
final class NettyPeer implements Peer {
    private final ByteBufAllocator allocator;
    private final int sizeBytes;
    private final ByteBuf[] blocks;

    private NettyPeer(ByteBufAllocator allocator, int sizeBytes, int slots) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        this.allocator = allocator;
        this.sizeBytes = sizeBytes;
        blocks = new ByteBuf[slots];
    }

    static NettyPeer pooled(int sizeBytes, int slots) {
        return new NettyPeer(new PooledByteBufAllocator(true), sizeBytes, slots);
    }

    static NettyPeer adaptive(int sizeBytes, int slots) {
        return new NettyPeer(new AdaptiveByteBufAllocator(true), sizeBytes, slots);
    }

    @Override
    public void pair(int thread) {
        ByteBuf block = allocator.directBuffer(sizeBytes, sizeBytes);
        block.setLong(0, thread);
        block.release();
    }

    @Override
    public void take(int thread, int slot) {
        ByteBuf block = allocator.directBuffer(sizeBytes, sizeBytes);
        block.setLong(0, slot);
        blocks[slot] = block;
    }

    @Override
    public void give(int thread, int slot) {
        blocks[slot].release();
    }

    @Override
    public void fill(int slot) {
        for (int at = 0; at + Long.BYTES <= sizeBytes; at += Long.BYTES) {
            blocks[slot].setLong(at, 1);
        }
    }

    @Override
    public void close() {}
}
