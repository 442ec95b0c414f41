package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.serde.json.JsonFormat;

/** Writes records as lines of JSON. A template: each encoder is of a class of its own. */
final class JsonEncoder extends SinkEncoder {
    private final JsonFormat<Object> format;

    JsonEncoder(JsonFormat<Object> format) {
        this.format = format;
    }

    @Override
    public int encode(Object event) {
        int lengthBytes = format.write(event);
        format.bytes()[lengthBytes] = '\n';
        return lengthBytes + 1;
    }

    @Override
    public byte[] bytes() {
        return format.bytes();
    }
}
