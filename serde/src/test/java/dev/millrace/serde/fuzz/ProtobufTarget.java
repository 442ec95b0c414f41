package dev.millrace.serde.fuzz;

import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.ProtobufTranscoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes Protobuf frames. What passes is a blob that its codec passes too, and is the same after one more way through
 * Protobuf, and the same by the quick way of the decoder as by the general one. Anything but the typed error fails. Used by one thread.
 */
final class ProtobufTarget implements AutoCloseable {
    private static final long SEED = 12L;
    private static final int VALID_PER_SHAPE = 32;
    /** The largest field number, which no record has, with the number 0. */
    private static final byte[] UNKNOWN_FIELD = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0};

    private final Class<?>[] shapes = FuzzShapes.all();
    private final Frames frames = new Frames();
    private final Program program = new Program();
    private final FlatCodec<?>[] codecs = new FlatCodec<?>[shapes.length];
    private final ProtobufTranscoder[] transcoders = new ProtobufTranscoder[shapes.length];
    private final byte[][][] valid = new byte[shapes.length][VALID_PER_SHAPE][];
    private byte[] message = new byte[8 * Program.MAX_FRAME_BYTES];
    private long accepted;

    ProtobufTarget() {
        FuzzValues values = new FuzzValues(SEED);
        for (int i = 0; i < shapes.length; i++) {
            codecs[i] = FlatCodec.of(shapes[i]);
            transcoders[i] = ProtobufTranscoder.of(codecs[i].layout());
            for (int j = 0; j < VALID_PER_SHAPE; j++) {
                write(codecs[i], values.next(shapes[i]));
                valid[i][j] = Arrays.copyOf(message, transcoders[i].encode(frames.room(), message, 0));
            }
        }
    }

    /** Runs one input. */
    void run(byte[] input) {
        int shape = Program.shape(input, shapes.length);
        program.run(input, valid[shape]);
        AllocationLimit.check(
                program.lengthBytes() + codecs[shape].fixedBytes(),
                AllocationLimit.PER_MESSAGE_BYTE,
                () -> decode(codecs[shape], transcoders[shape]));
    }

    /** How many frames were taken for values. */
    long accepted() {
        return accepted;
    }

    int shapeCount() {
        return shapes.length;
    }

    @Override
    public void close() {
        frames.close();
    }

    private void decode(FlatCodec<?> codec, ProtobufTranscoder transcoder) {
        byte[] blob = decodeOrNull(transcoder, program.frame(), program.lengthBytes());
        if (!Arrays.equals(blob, decodeTheGeneralWay(transcoder))) {
            throw new AssertionError("an unknown field changes the result: messageBytes=" + program.lengthBytes());
        }
        if (blob == null) {
            return;
        }
        accepted++;
        long address = frames.put(blob, blob.length, 0xFF);
        codec.validate(address, blob.length);
        int size = transcoder.encodedBytes(address);
        if (size > message.length) {
            message = new byte[size];
        }
        transcoder.encode(address, message, 0);
        byte[] again = transcoder.decode(message, 0, size);
        if (!Arrays.equals(blob, again)) {
            throw new AssertionError("another value after one more way through Protobuf: blobBytes=" + blob.length
                    + ", messageBytes=" + size);
        }
    }

    private static byte @Nullable [] decodeOrNull(ProtobufTranscoder transcoder, byte[] source, int lengthBytes) {
        try {
            return transcoder.decode(source, 0, lengthBytes);
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    /** A field that nobody knows comes first: then nothing is as the quick ways of the decoder want it. */
    private byte @Nullable [] decodeTheGeneralWay(ProtobufTranscoder transcoder) {
        int lengthBytes = UNKNOWN_FIELD.length + program.lengthBytes();
        if (lengthBytes > message.length) {
            message = new byte[lengthBytes];
        }
        System.arraycopy(UNKNOWN_FIELD, 0, message, 0, UNKNOWN_FIELD.length);
        System.arraycopy(program.frame(), 0, message, UNKNOWN_FIELD.length, program.lengthBytes());
        return decodeOrNull(transcoder, message, lengthBytes);
    }

    @SuppressWarnings("unchecked") // The value is of the codec's type.
    private <T> void write(FlatCodec<T> codec, Object value) {
        codec.writeBlob((T) value, frames.room());
    }
}
