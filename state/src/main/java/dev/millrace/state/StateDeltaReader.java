package dev.millrace.state;

import dev.millrace.state.file.StateFileException;
import dev.millrace.state.store.SortedRun;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a payload of a {@link StateDeltaWriter}. Used by one thread, once; does not move the payload's buffer. */
public final class StateDeltaReader implements SortedRun {
    private static final byte[] NOTHING = new byte[0];

    private final ByteBuffer payload;
    private byte[] key = NOTHING;
    private byte @Nullable [] value;

    public StateDeltaReader(ByteBuffer payload) {
        this.payload = payload.duplicate();
    }

    @Override
    public boolean next() {
        if (!payload.hasRemaining()) {
            return false;
        }
        key = bytes(StoredKey.HEADER_BYTES, StoredKey.HEADER_BYTES + StoredKey.MAX_KEY_BYTES);
        value = flag() == DeltaOutput.PUT ? bytes(0, StateDeltaWriter.MAX_VALUE_BYTES) : null;
        return true;
    }

    /** Goes to the last mutation, and says what its key is; without looking at values on the way. */
    byte[] lastKey() {
        int lastPosition = -1;
        while (payload.hasRemaining()) {
            lastPosition = payload.position();
            skip(StoredKey.HEADER_BYTES, StoredKey.HEADER_BYTES + StoredKey.MAX_KEY_BYTES);
            if (flag() == DeltaOutput.PUT) {
                skip(0, StateDeltaWriter.MAX_VALUE_BYTES);
            }
        }
        if (lastPosition >= 0) {
            payload.position(lastPosition);
            next();
        }
        return key;
    }

    private byte flag() {
        byte flag = payload.hasRemaining() ? payload.get() : -1;
        if (flag != DeltaOutput.DELETE && flag != DeltaOutput.PUT) {
            throw damaged("flag", flag);
        }
        return flag;
    }

    private void skip(int minimum, int maximum) {
        int length = length(minimum, maximum);
        payload.position(payload.position() + length);
    }

    private byte[] bytes(int minimum, int maximum) {
        byte[] bytes = new byte[length(minimum, maximum)];
        payload.get(bytes);
        return bytes;
    }

    private int length(int minimum, int maximum) {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            if (shift > 28 || !payload.hasRemaining()) {
                throw damaged("length", length);
            }
            byte next = payload.get();
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        if (length < minimum || length > Math.min(maximum, payload.remaining())) {
            throw damaged("length", length);
        }
        return length;
    }

    private StateFileException damaged(String what, int found) {
        return new StateFileException("state delta is damaged: " + what + "=" + found + ", offsetBytes="
                + payload.position() + ", remainingBytes=" + payload.remaining());
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte @Nullable [] value() {
        return value;
    }
}
