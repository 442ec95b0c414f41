package dev.millrace.bench;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the comparisons of codecs have in common: one record in every form, and a thread's buffers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public abstract class CodecBench {
    private static final int ROOM_BYTES = 4 << 10;
    private static final long BUDGET_BYTES = 64L << 20;

    private final SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
    private final BlockAllocator blocks = allocator.worker(0);

    /** Where a blob is. */
    protected final long flat = block();
    /** Where a flyweight's record is. */
    protected final long byHand = block();
    /** Where what is made of a message goes. */
    protected final long scratch = block();
    /** A message of protobuf, which is as long as the array. */
    protected byte[] message = {};
    /** Where messages are written. */
    protected final byte[] room = new byte[ROOM_BYTES];

    protected final Kryo kryo = new Kryo();
    protected final Output kryoOutput = new Output(ROOM_BYTES);
    protected final Input kryoInput = new Input(room);
    /** What Kryo made of the value. */
    protected byte[] kryoBytes = {};
    /** What Java's serialization made of the value. */
    protected byte[] javaBytes = {};

    private long block() {
        return blocks.allocate(MemoryPool.EVENTS, ROOM_BYTES);
    }

    /** Puts a value into every form. */
    protected final <T> void fill(FlatCodec<T> codec, ProtobufTranscoder transcoder, T value, MessageLite peer)
            throws IOException {
        codec.writeBlob(value, flat);
        message = new byte[transcoder.encodedBytes(flat)];
        transcoder.encode(flat, message, 0);
        if (message.length != peer.getSerializedSize()) {
            throw new IllegalStateException(
                    "the two encoders differ: ourBytes=" + message.length + ", theirBytes=" + peer.getSerializedSize());
        }
        kryo.register(value.getClass());
        kryo.register(long[].class);
        kryo.register(double[].class);
        kryo.writeObject(kryoOutput, value);
        kryoBytes = kryoOutput.toBytes();
        javaBytes = javaWrite(value);
    }

    /** Writes a message of protobuf-java to the same array as ours. */
    protected final int write(MessageLite value) throws IOException {
        CodedOutputStream out = CodedOutputStream.newInstance(room);
        value.writeTo(out);
        return out.getTotalBytesWritten();
    }

    /** Reads what ours made of the message: decoded, brought to memory, read as a record. */
    protected final <T> T readMessage(FlatCodec<T> codec, ProtobufTranscoder transcoder) {
        byte[] blob = transcoder.decode(message, 0, message.length);
        Memory.copyFrom(blob, 0, scratch, blob.length);
        return codec.readBlob(scratch);
    }

    /** Writes a record as a message of ours: to memory, and from there. */
    protected final <T> int writeMessage(FlatCodec<T> codec, ProtobufTranscoder transcoder, T value) {
        codec.writeBlob(value, scratch);
        return transcoder.encode(scratch, room, 0);
    }

    protected final int kryoWrite(Object value) {
        kryoOutput.reset();
        kryo.writeObject(kryoOutput, value);
        return kryoOutput.position();
    }

    protected final <T> T kryoRead(Class<T> type) {
        kryoInput.setBuffer(kryoBytes);
        return kryo.readObject(kryoInput, type);
    }

    protected static byte[] javaWrite(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROOM_BYTES);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @SuppressWarnings("BanSerializableRead") // Of what it wrote itself.
    protected final Object javaRead() throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(javaBytes))) {
            return in.readObject();
        }
    }

    protected static int offset(RecordLayout layout, String component) {
        return layout.fields().stream()
                .filter(field -> field.name().equals(component))
                .mapToInt(LayoutField::offsetBytes)
                .findFirst()
                .orElseThrow();
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        blocks.free(flat);
        blocks.free(byHand);
        blocks.free(scratch);
        allocator.close();
    }
}
