package dev.millrace.bench;

import dev.millrace.allocator.Memory;
import dev.millrace.bench.protobuf.LargeMessage;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordView;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * What does it cost to write, read and change 26 numbers, most of them in arrays, in each form?
 *
 * <p>{@code flat} is the engine's layout and {@code protobuf} its transcoder, between memory and an array; {@code hand} is a
 * {@link Flyweight}, {@code java} the serialization that comes with Java. A name ends in what is done.
 */
public class LargeStructCodecs extends CodecBench {
    private final FlatCodec<Structs.LargeStruct> reader = FlatCodec.of(Structs.LargeStruct.class);
    private final FlatCodec<Structs.LargeStruct> writer = FlatCodec.of(Structs.LargeStruct.class);
    private final ProtobufTranscoder transcoder = ProtobufTranscoder.of(reader.layout());
    private final long x1 = offset(reader.layout(), "x1");
    private final RecordView view = RecordView.of(reader.layout());
    private final int x1Index = view.index("x1");
    private final int x2Index = view.index("x2");
    private final int x3Index = view.index("x3");
    private final int x4Index = view.index("x4");
    private final int x5Index = view.index("x5");
    private final int x6Index = view.index("x6");
    private final Structs.LargeStruct value = Structs.LARGE;
    private final LargeMessage peer = Structs.message(value);

    /** Puts the value into every form. */
    @Setup
    public void open() throws IOException {
        fill(writer, transcoder, value, peer);
        Flyweight.write(value, byHand);
        if (message.length != Structs.LARGE_MESSAGE_BYTES) {
            throw new IllegalStateException("not the message that is known: bytes=" + message.length);
        }
    }

    /** The engine's codec. */
    @Benchmark
    public void flatWrite() {
        writer.writeBlob(value, flat);
    }

    /** The engine's codec, for a record of which every component is used and that is not kept. Its arrays are made. */
    @Benchmark
    public double flatRead() {
        return Structs.sum(reader.readBlob(flat));
    }

    /** The engine's codec, for a record that is kept. */
    @Benchmark
    public Structs.LargeStruct flatKeptRead() {
        return reader.readBlob(flat);
    }

    /** The engine's layout, every field in place and no record made. */
    @Benchmark
    public double viewRead() {
        view.at(flat);
        long sum = view.longAt(x1Index) + view.intAt(x2Index);
        for (int i = 0, count = view.countAt(x4Index); i < count; i++) {
            sum += view.longAt(x4Index, i);
        }
        for (int i = 0, count = view.countAt(x5Index); i < count; i++) {
            sum += view.longAt(x5Index, i);
        }
        double total = sum + view.doubleAt(x3Index);
        for (int i = 0, count = view.countAt(x6Index); i < count; i++) {
            total += view.doubleAt(x6Index, i);
        }
        return total;
    }

    /** One field in place by its number. */
    @Benchmark
    public void viewUpdate() {
        view.at(flat).setLong(x1Index, view.longAt(x1Index) + 1);
    }

    /** One field in place, at the offset that the layout says. */
    @Benchmark
    public void flatUpdate() {
        Memory.putLong(flat + x1, Memory.getLong(flat + x1) + 1);
    }

    /** Loads and stores written by hand. */
    @Benchmark
    public void handWrite() {
        Flyweight.write(value, byHand);
    }

    /** Loads written by hand: every field in place. */
    @Benchmark
    public double handRead() {
        return Flyweight.sumLarge(byHand);
    }

    /** Loads written by hand, to a record that is kept. */
    @Benchmark
    public Structs.LargeStruct handKeptRead() {
        return Flyweight.readLarge(byHand);
    }

    /** One field in place. */
    @Benchmark
    public void handUpdate() {
        Memory.putLong(byHand + Flyweight.X1, Memory.getLong(byHand + Flyweight.X1) + 1);
    }

    /** From a blob to a message. */
    @Benchmark
    public int protobufWrite() {
        return transcoder.encode(flat, room, 0);
    }

    /** From a message to a blob. */
    @Benchmark
    public byte[] protobufRead() {
        return transcoder.decode(message, 0, message.length);
    }

    /** From a record to a message. */
    @Benchmark
    public int protobufRecordWrite() {
        return writeMessage(writer, transcoder, value);
    }

    /** From a message to a record. */
    @Benchmark
    public Structs.LargeStruct protobufRecordRead() {
        return readMessage(reader, transcoder);
    }

    /** One field by way of the message: read, changed, written. */
    @Benchmark
    public int protobufJavaUpdate() throws IOException {
        LargeMessage read = LargeMessage.parseFrom(message);
        return write(read.toBuilder().setX1(read.getX1() + 1).build());
    }

    /** protobuf-java, from a message object that is there already. */
    @Benchmark
    public int protobufJavaWrite() throws IOException {
        return write(peer);
    }

    /** protobuf-java, from a record: as a program does whose records are its own. */
    @Benchmark
    public int protobufJavaRecordWrite() throws IOException {
        return write(Structs.message(value));
    }

    /** protobuf-java, to a message object. */
    @Benchmark
    public LargeMessage protobufJavaRead() throws IOException {
        return LargeMessage.parseFrom(message);
    }

    /** Kryo 5 with registered classes. */
    @Benchmark
    public int kryoFormWrite() {
        return kryoWrite(value);
    }

    /** Kryo 5 with registered classes. */
    @Benchmark
    public Structs.LargeStruct kryoFormRead() {
        return kryoRead(Structs.LargeStruct.class);
    }

    /** Java's own. */
    @Benchmark
    public byte[] javaFormWrite() throws IOException {
        return javaWrite(value);
    }

    /** Java's own. */
    @Benchmark
    public Object javaFormRead() throws IOException, ClassNotFoundException {
        return javaRead();
    }
}
