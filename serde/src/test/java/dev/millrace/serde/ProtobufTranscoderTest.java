package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TimestampProto;
import dev.millrace.allocator.TestMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProtobufTranscoderTest {
    private static final long SEED = 65537L;

    /** One for each type: a codec for each value would be a class for each value. */
    private static final Map<Class<?>, FlatCodec<?>> CODECS = new HashMap<>();

    static Class<?>[] shapes() {
        return Shapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void decodeUndoesEncodeToTheByte(Class<?> type) {
        RandomValues values = new RandomValues(SEED);
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(type));
        for (int i = 0; i < 600; i++) {
            byte[] blob = blob(type, values.next(type));
            byte[] message = encode(transcoder, blob);
            assertArrayEquals(blob, transcoder.decode(message, 0, message.length), "seed=" + SEED);
        }
    }

    /** Where there is room, and where fields come in order, there are quicker ways: they agree with the general ones. */
    @ParameterizedTest
    @MethodSource("shapes")
    void theQuickWaysAgreeWithTheGeneralOnes(Class<?> type) {
        RandomValues values = new RandomValues(SEED);
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(type));
        byte[] unknownField = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0};
        for (int i = 0; i < 600; i++) {
            byte[] blob = blob(type, values.next(type));
            byte[] message = encode(transcoder, blob);
            byte[] roomy = new byte[message.length + 4096];
            System.arraycopy(unknownField, 0, roomy, 0, unknownField.length);
            try (TestMemory memory = new TestMemory(blob.length)) {
                memory.put(blob);
                assertEquals(message.length, transcoder.encode(memory.address(), roomy, unknownField.length));
            }
            int end = unknownField.length + message.length;
            assertArrayEquals(message, Arrays.copyOfRange(roomy, unknownField.length, end), "seed=" + SEED);
            assertArrayEquals(blob, transcoder.decode(roomy, 0, end), "seed=" + SEED);
        }
    }

    @Test
    void aTagOfFiveBytesIsWrittenAndRead() {
        record Far(@Tag(16) int near, @Tag(536_870_911) long far, @Tag(2_000) double between) {}
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Far.class));
        byte[] blob = blob(Far.class, new Far(1, -2, 3.5));
        byte[] message = encode(transcoder, blob);
        assertEquals(2 + 1 + 2 + 8 + 5 + 10, message.length);
        assertArrayEquals(blob, transcoder.decode(message, 0, message.length));
    }

    /** Both ways against protobuf-java's own reader and writer of a message type that the test describes by hand. */
    @Test
    void protobufsOwnReaderAndWriterAgree() throws Exception {
        Descriptor descriptor = outerDescriptor();
        RandomValues values = new RandomValues(SEED);
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Shapes.AllTypes.class));
        for (int i = 0; i < 600; i++) {
            byte[] blob = blob(Shapes.AllTypes.class, values.next(Shapes.AllTypes.class));
            byte[] message = encode(transcoder, blob);
            DynamicMessage read = DynamicMessage.parseFrom(descriptor, message);
            assertTrue(read.getUnknownFields().asMap().isEmpty(), "seed=" + SEED);
            byte[] written = read.toByteArray();
            assertArrayEquals(message, written, "seed=" + SEED);
            assertArrayEquals(blob, transcoder.decode(written, 0, written.length), "seed=" + SEED);
        }
    }

    @Test
    void nestedRecordsAreMessagesWithTheirFieldNumbers() throws IOException {
        record Place(int x, String name) {}
        record Trip(Place from, long id, Place to, Instant start) {}
        Trip trip = new Trip(new Place(-1, "a"), 300, new Place(0, ""), Instant.ofEpochSecond(-5, 7));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(1, message(o -> {
            o.writeInt32(1, -1);
            o.writeString(2, "a");
        }));
        out.writeInt64(2, 300);
        out.writeByteArray(4, message(o -> {
            o.writeInt64(1, -5);
            o.writeInt32(2, 7);
        }));
        out.flush();
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Trip.class));
        assertArrayEquals(bytes.toByteArray(), encode(transcoder, blob(Trip.class, trip)));
        assertArrayEquals(blob(Trip.class, trip), transcoder.decode(bytes.toByteArray(), 0, bytes.size()));
    }

    @Test
    void missingFieldsAreDefaultsUnknownOnesAreSkippedAndTheLastCounts() throws IOException {
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Shapes.Note.class));
        byte[] nothing = blob(Shapes.Note.class, new Shapes.Note("", Shapes.Side.BUY, Instant.EPOCH, ""));
        assertArrayEquals(nothing, transcoder.decode(new byte[0], 0, 0));
        assertEquals(0, encode(transcoder, nothing).length);
        byte[] message = message(o -> {
            o.writeString(1, "first");
            o.writeFixed64(77, 1);
            o.writeString(1, "second");
            o.writeString(78, "unknown");
            o.writeEnum(2, 1);
            o.writeTag(79, 3);
            o.writeInt32(1, 5);
            o.writeTag(79, 4);
        });
        byte[] expected = blob(Shapes.Note.class, new Shapes.Note("second", Shapes.Side.SELL, Instant.EPOCH, ""));
        assertArrayEquals(expected, transcoder.decode(message, 0, message.length));
    }

    @Test
    void valuesThatDoNotFitAreRefusedWithTheirComponent() throws IOException {
        assertRefused(byte.class, "value does not fit a byte: value=128", o -> o.writeInt32(1, 128));
        assertRefused(short.class, "value does not fit a short", o -> o.writeInt32(1, 40_000));
        assertRefused(char.class, "value does not fit a char", o -> o.writeUInt32(1, 0x10000));
        assertRefused(Shapes.Side.class, "unknown enum number: number=3", o -> o.writeEnum(1, 3));
        assertRefused(Shapes.Side.class, "unknown enum number: number=-1", o -> o.writeEnum(1, -1));
        assertRefused(long.class, "the field has another type: wireType=1", o -> o.writeFixed64(1, 1));
        assertRefused(String.class, "text is not UTF-8", o -> o.writeByteArray(1, new byte[] {(byte) 0xC0}));
        byte[] lateNanos = message(o -> o.writeInt32(2, 1_000_000_000));
        assertRefused(Instant.class, "time out of range: nanos=", o -> o.writeByteArray(1, lateNanos));
        byte[] farSeconds = message(o -> o.writeInt64(1, Long.MIN_VALUE));
        assertRefused(Instant.class, "instant out of range: epochSeconds=", o -> o.writeByteArray(1, farSeconds));
        assertRefused(String.class, "", o -> {
            o.writeTag(1, 2);
            o.writeUInt32NoTag(Integer.MAX_VALUE);
        });
        assertRefused(String.class, "", o -> {
            o.writeTag(1, 2);
            o.writeUInt32NoTag(-1);
        });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void damagedMessagesGiveTheTypedErrorOrAValue(Class<?> type) {
        SplittableRandom random = new SplittableRandom(SEED);
        RandomValues values = new RandomValues(SEED);
        FlatCodec<?> codec = FlatCodec.of(type);
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(codec.layout());
        for (int i = 0; i < 1500; i++) {
            byte[] message = encode(transcoder, blob(type, values.next(type)));
            for (int d = random.nextInt(4); d >= 0 && message.length > 0; d--) {
                message[random.nextInt(Math.min(message.length, 48))] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(message.length + 1) : message.length;
            byte[] blob;
            try {
                blob = transcoder.decode(message, 0, length);
            } catch (MalformedRecordException e) {
                assertTrue(e.getMessage().startsWith("malformed message: record="), e.getMessage());
                continue;
            }
            try (TestMemory memory = new TestMemory(blob.length)) {
                memory.put(blob);
                codec.validate(memory.address(), blob.length);
            }
        }
    }

    @Test
    void aTargetThatIsTooSmallIsRefusedUntouched() {
        byte[] blob = blob(String.class, "some text");
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(String.class));
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            byte[] target = new byte[transcoder.encodedBytes(memory.address())];
            assertThrows(IllegalArgumentException.class, () -> transcoder.encode(memory.address(), target, 1));
            assertArrayEquals(new byte[target.length], target);
            assertThrows(IllegalArgumentException.class, () -> transcoder.encode(memory.address(), target, -1));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> transcoder.decode(new byte[4], 2, 3));
    }

    @Test
    void printsTheSchema() {
        String expected =
                """
                syntax = "proto3";

                import "google/protobuf/timestamp.proto";

                message Note {
                  enum Side {
                    SIDE_BUY = 0;
                    SIDE_SELL = 1;
                    SIDE_HOLD = 2;
                  }
                  string author = 1;
                  Side side = 2;
                  google.protobuf.Timestamp at = 3;
                  string words = 4;
                }
                """;
        assertEquals(
                expected,
                ProtobufTranscoder.of(RecordLayout.of(Shapes.Note.class)).schemaText());
        String nested =
                ProtobufTranscoder.of(RecordLayout.of(Shapes.Middle.class)).schemaText();
        assertTrue(nested.contains("message Middle {\n  enum Side {"), nested);
        assertTrue(nested.contains("  Point point = 4;"), nested);
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static void assertRefused(Class<?> type, String fault, Writing writing) throws IOException {
        byte[] message = message(writing);
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(type));
        MalformedRecordException refusal = assertThrows(
                MalformedRecordException.class, () -> transcoder.decode(message, 0, message.length), fault);
        assertTrue(refusal.getMessage().contains(fault), refusal.getMessage());
    }

    private static Descriptor outerDescriptor() throws Exception {
        EnumDescriptorProto.Builder side = EnumDescriptorProto.newBuilder().setName("Side");
        for (int i = 0; i < 3; i++) {
            side.addValue(
                    EnumValueDescriptorProto.newBuilder().setName("SIDE_" + i).setNumber(i));
        }
        FieldDescriptorProto.Type[] types = {
            FieldDescriptorProto.Type.TYPE_BOOL,
            FieldDescriptorProto.Type.TYPE_INT32,
            FieldDescriptorProto.Type.TYPE_INT32,
            FieldDescriptorProto.Type.TYPE_UINT32,
            FieldDescriptorProto.Type.TYPE_INT32,
            FieldDescriptorProto.Type.TYPE_INT64,
            FieldDescriptorProto.Type.TYPE_FLOAT,
            FieldDescriptorProto.Type.TYPE_DOUBLE,
            FieldDescriptorProto.Type.TYPE_STRING,
            FieldDescriptorProto.Type.TYPE_MESSAGE,
            FieldDescriptorProto.Type.TYPE_ENUM
        };
        DescriptorProto.Builder message =
                DescriptorProto.newBuilder().setName("AllTypes").addEnumType(side);
        for (int i = 0; i < types.length; i++) {
            FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder()
                    .setName("f" + i)
                    .setNumber(i + 1)
                    .setType(types[i])
                    .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
            if (types[i] == FieldDescriptorProto.Type.TYPE_MESSAGE) {
                field.setTypeName(".google.protobuf.Timestamp");
            } else if (types[i] == FieldDescriptorProto.Type.TYPE_ENUM) {
                field.setTypeName(".AllTypes.Side");
            }
            message.addField(field);
        }
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("all.proto")
                .setSyntax("proto3")
                .addDependency("google/protobuf/timestamp.proto")
                .addMessageType(message)
                .build();
        return FileDescriptor.buildFrom(file, new FileDescriptor[] {TimestampProto.getDescriptor()})
                .findMessageTypeByName("AllTypes");
    }

    private static byte[] encode(ProtobufTranscoder transcoder, byte[] blob) {
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            byte[] message = new byte[transcoder.encodedBytes(memory.address())];
            assertEquals(message.length, transcoder.encode(memory.address(), message, 0));
            return message;
        }
    }

    @SuppressWarnings("unchecked") // The value given is of the type.
    private static byte[] blob(Class<?> type, Object value) {
        FlatCodec<Object> codec = (FlatCodec<Object>) CODECS.computeIfAbsent(type, FlatCodec::of);
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            codec.writeBlob(value, memory.address());
            return memory.bytes(length);
        }
    }
}
