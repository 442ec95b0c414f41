package dev.millrace.bench.peer;

/**
 * One way to get blocks of one size outside of the heap: the engine's, or what else a Java program could use.
 *
 * <p>A block lies in a slot, so that each way can keep what it needs to give it back: an address, an object. A slot is
 * touched by one thread at a time; a block may be given back by another thread than the one that took it, if
 * {@link PeerKind#handsOver} says so. Every block that is taken gets its first eight bytes written.
 */
public interface Peer extends AutoCloseable {
    /** Takes a block and gives it back at once, without a slot. */
    void pair(int thread);

    /** Takes a block into a slot. */
    void take(int thread, int slot);

    /** Gives the block of a slot back. */
    void give(int thread, int slot);

    /** Writes every byte of the block in a slot. */
    void fill(int slot);

    @Override
    void close();
}
