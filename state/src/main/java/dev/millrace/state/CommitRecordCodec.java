package dev.millrace.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.state.file.StateFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * A commit record in the Protobuf wire format. Fields that are not known are skipped; another version is refused.
 *
 * <pre>
 *   message CommitRecord {
 *     uint32 version = 1;                        // 1
 *     int64 epoch = 2;
 *     bool finished = 3;
 *     map&lt;string, bytes&gt; source_positions = 4;
 *     map&lt;string, int64&gt; sink_lengths = 5;
 *     map&lt;string, State&gt; states = 6;
 *     map&lt;string, int64&gt; counters = 7;
 *     map&lt;string, int64&gt; watermarks = 8;
 *   }
 *   message State {
 *     uint32 id = 1;
 *     string key_schema = 2;
 *     string value_schema = 3;
 *     fixed64 key_hash = 4;
 *     fixed64 value_hash = 5;
 *     bytes key_descriptor = 6;
 *     bytes value_descriptor = 7;
 *     string form = 8;
 *     string store = 9;
 *   }
 * </pre>
 */
final class CommitRecordCodec {
    private static final int VERSION = 1;

    private static final int MAP_KEY = 1;
    private static final int MAP_VALUE = 2;

    private CommitRecordCodec() {}

    private interface Body {
        void write(CodedOutputStream output) throws IOException;
    }

    private interface Field {
        /** Reads the value of a field, or returns false to have it skipped. */
        boolean read(int number, CodedInputStream input) throws IOException;
    }

    static ByteBuffer encode(CommitRecord commit) {
        return ByteBuffer.wrap(bytes(output -> {
            output.writeUInt32(1, VERSION);
            output.writeInt64(2, commit.epoch());
            output.writeBool(3, commit.isFinished());
            for (Map.Entry<String, byte[]> e : commit.sourcePositions().entrySet()) {
                entry(output, 4, e.getKey(), body -> body.writeByteArray(MAP_VALUE, e.getValue()));
            }
            longs(output, 5, commit.sinkLengths());
            for (Map.Entry<String, StateSchema> e : commit.states().entrySet()) {
                entry(
                        output,
                        6,
                        e.getKey(),
                        body -> body.writeByteArray(MAP_VALUE, bytes(state -> write(e.getValue(), state))));
            }
            longs(output, 7, commit.counters());
            longs(output, 8, commit.watermarks());
        }));
    }

    private static void write(StateSchema schema, CodedOutputStream output) throws IOException {
        output.writeUInt32(1, schema.id());
        output.writeString(2, schema.keySchema());
        output.writeString(3, schema.valueSchema());
        output.writeFixed64(4, schema.keyHash());
        output.writeFixed64(5, schema.valueHash());
        output.writeByteArray(6, schema.keyDescriptor());
        output.writeByteArray(7, schema.valueDescriptor());
        output.writeString(8, schema.form());
        output.writeString(9, schema.store());
    }

    private static void longs(CodedOutputStream output, int number, Map<String, Long> map) throws IOException {
        for (Map.Entry<String, Long> e : map.entrySet()) {
            entry(output, number, e.getKey(), body -> body.writeInt64(MAP_VALUE, e.getValue()));
        }
    }

    private static void entry(CodedOutputStream output, int number, String key, Body value) throws IOException {
        output.writeByteArray(number, bytes(body -> {
            body.writeString(MAP_KEY, key);
            value.write(body);
        }));
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            body.write(output);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Not with a byte array behind it.
        }
        return bytes.toByteArray();
    }

    static CommitRecord decode(ByteBuffer bytes) {
        Decoder decoder = new Decoder();
        try {
            fields(CodedInputStream.newInstance(bytes.duplicate()), decoder);
        } catch (IOException | IllegalArgumentException e) {
            throw new StateFileException("commit record is damaged: cause=" + e.getMessage(), e);
        }
        return decoder.result();
    }

    private static void fields(CodedInputStream input, Field field) throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (!field.read(WireFormat.getTagFieldNumber(tag), input)) {
                input.skipField(tag);
            }
        }
    }

    /** The fields as they come. */
    private static final class Decoder implements Field {
        private int version;
        private long epoch;
        private boolean isFinished;
        private final Map<String, byte[]> sourcePositions = new TreeMap<>();
        private final Map<String, Long> sinkLengths = new TreeMap<>();
        private final Map<String, StateSchema> states = new TreeMap<>();
        private final Map<String, Long> counters = new TreeMap<>();
        private final Map<String, Long> watermarks = new TreeMap<>();

        @Override
        public boolean read(int number, CodedInputStream input) throws IOException {
            switch (number) {
                case 1 -> version = input.readUInt32();
                case 2 -> epoch = input.readInt64();
                case 3 -> isFinished = input.readBool();
                case 4 -> new EntryDecoder(input.readByteArray()).bytes(sourcePositions);
                case 5 -> new EntryDecoder(input.readByteArray()).number(sinkLengths);
                case 6 -> new EntryDecoder(input.readByteArray()).state(states);
                case 7 -> new EntryDecoder(input.readByteArray()).number(counters);
                case 8 -> new EntryDecoder(input.readByteArray()).number(watermarks);
                default -> {
                    return false;
                }
            }
            return true;
        }

        CommitRecord result() {
            if (version != VERSION || epoch < 1) {
                throw new StateFileException("commit record cannot be read: version=" + version + ", knownVersion="
                        + VERSION + ", epoch=" + epoch + "; it was written by another release");
            }
            return new CommitRecord(epoch, isFinished, sourcePositions, sinkLengths, states, counters, watermarks);
        }
    }

    /** One entry of a map. */
    private static final class EntryDecoder {
        private final CodedInputStream input;
        private String key = "";

        EntryDecoder(byte[] entry) {
            input = CodedInputStream.newInstance(entry);
        }

        private void fields(Field value) throws IOException {
            CommitRecordCodec.fields(input, (number, field) -> {
                if (number == MAP_KEY) {
                    key = field.readString();
                    return true;
                }
                return number == MAP_VALUE && value.read(number, field);
            });
        }

        void bytes(Map<String, byte[]> map) throws IOException {
            byte[][] value = {new byte[0]};
            fields((number, field) -> {
                value[0] = field.readByteArray();
                return true;
            });
            map.put(key, value[0]);
        }

        void number(Map<String, Long> map) throws IOException {
            long[] value = {0};
            fields((number, field) -> {
                value[0] = field.readInt64();
                return true;
            });
            map.put(key, value[0]);
        }

        void state(Map<String, StateSchema> map) throws IOException {
            StateDecoder state = new StateDecoder();
            fields((number, field) -> {
                CommitRecordCodec.fields(CodedInputStream.newInstance(field.readByteArray()), state);
                return true;
            });
            map.put(
                    key,
                    new StateSchema(
                            state.id,
                            state.keySchema,
                            state.valueSchema,
                            state.keyHash,
                            state.valueHash,
                            state.keyDescriptor,
                            state.valueDescriptor,
                            state.form,
                            state.store));
        }
    }

    /** One state. */
    private static final class StateDecoder implements Field {
        private int id;
        private String keySchema = "";
        private String valueSchema = "";
        private long keyHash;
        private long valueHash;
        private byte[] keyDescriptor = {};
        private byte[] valueDescriptor = {};
        private String form = "";
        private String store = "";

        @Override
        public boolean read(int number, CodedInputStream input) throws IOException {
            switch (number) {
                case 1 -> id = input.readUInt32();
                case 2 -> keySchema = input.readString();
                case 3 -> valueSchema = input.readString();
                case 4 -> keyHash = input.readFixed64();
                case 5 -> valueHash = input.readFixed64();
                case 6 -> keyDescriptor = input.readByteArray();
                case 7 -> valueDescriptor = input.readByteArray();
                case 8 -> form = input.readString();
                case 9 -> store = input.readString();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
