package dev.millrace.bench;

import dev.millrace.allocator.Memory;
import dev.millrace.bench.protobuf.SmallMessage;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordView;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * What does it cost to write, read and change three numbers in each form?
 *
 * <p>{@code flat} is the engine's layout and {@code protobuf} its transcoder, between memory and an array; {@code hand} is a
 * {@link Flyweight}, {@code java} the serialization that comes with Java. A name ends in what is done.
 */
public class SmallStructCodecs extends CodecBench {
    private final FlatCodec<Structs.SmallStruct> reader = FlatCodec.of(Structs.SmallStruct.class);
    private final FlatCodec<Structs.SmallStruct> writer = FlatCodec.of(Structs.SmallStruct.class);
    private final ProtobufTranscoder transcoder = ProtobufTranscoder.of(reader.layout());
    private final long x1 = offset(reader.layout(), "x1");
    private final RecordView view = RecordView.of(reader.layout());
    private final int x1Index = view.index("x1");
    private final int x2Index = view.index("x2");
    private final int x3Index = view.index("x3");
    private final Structs.SmallStruct value = Structs.SMALL;
    private final SmallMessage peer = Structs.message(value);

    /** Puts the value into every form. */
    @Setup
    public void open() throws IOException {
        fill(writer, transcoder, value, peer);
        Flyweight.write(value, byHand);
        if (message.length != Structs.SMALL_MESSAGE_BYTES) {
            throw new IllegalStateException("not the message that is known: bytes=" + message.length);
        }
    }

    /** The engine's codec. */
    @Benchmark
    public void flatWrite() {
        writer.writeBlob(value, flat);
    }

    /** The engine's codec, for a record of which every component is used and that is not kept: as in a chain. */
    @Benchmark
    public double flatRead() {
        return Structs.sum(reader.readBlob(flat));
    }

    /** The engine's codec, for a record that is kept. */
    @Benchmark
    public Structs.SmallStruct flatKeptRead() {
        return reader.readBlob(flat);
    }

    /** The engine's layout, every field in place and no record made. */
    @Benchmark
    public double viewRead() {
        view.at(flat);
        return view.longAt(x1Index) + view.intAt(x2Index) + view.doubleAt(x3Index);
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
        return Flyweight.sumSmall(byHand);
    }

    /** Loads written by hand, to a record that is kept. */
    @Benchmark
    public Structs.SmallStruct handKeptRead() {
        return Flyweight.readSmall(byHand);
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
    public Structs.SmallStruct protobufRecordRead() {
        return readMessage(reader, transcoder);
    }

    /** One field by way of the message: read, changed, written. */
    @Benchmark
    public int protobufJavaUpdate() throws IOException {
        SmallMessage read = SmallMessage.parseFrom(message);
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
    public SmallMessage protobufJavaRead() throws IOException {
        return SmallMessage.parseFrom(message);
    }

    /** Kryo 5 with registered classes. */
    @Benchmark
    public int kryoFormWrite() {
        return kryoWrite(value);
    }

    /** Kryo 5 with registered classes. */
    @Benchmark
    public Structs.SmallStruct kryoFormRead() {
        return kryoRead(Structs.SmallStruct.class);
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
