package dev.millrace.serde.internal;

/**
 * Reads the field of a message that is next, if it is the one with a certain tag, to where it goes in the draft of a blob. {@link
 * DecoderAssembly} binds tags and offsets, so that each is compiled with them as constants.
 */
final class DecoderLeaves {
    private DecoderLeaves() {}

    static void booleanField(int tag, int offset, ReadValues values, int at) {
        if (values.in.passes(tag)) {
            values.draft.putByte(at + offset, values.in.varint() != 0 ? 1 : 0);
        }
    }

    static void intField(int tag, int offset, ReadValues values, int at) {
        if (values.in.passes(tag)) {
            values.draft.putInt(at + offset, (int) values.in.varint());
        }
    }

    static void longField(int tag, int offset, ReadValues values, int at) {
        if (values.in.passes(tag)) {
            values.draft.putLong(at + offset, values.in.varint());
        }
    }

    static void floatField(int tag, int offset, ReadValues values, int at) {
        if (values.in.passes(tag)) {
            values.draft.putInt(at + offset, ReadNumber.canonicalFloat(values.in.fixed32()));
        }
    }

    static void doubleField(int tag, int offset, ReadValues values, int at) {
        if (values.in.passes(tag)) {
            values.draft.putLong(at + offset, ReadNumber.canonicalDouble(values.in.fixed64()));
        }
    }

    /** A field of any other kind, as often as it comes. */
    static void field(int tag, ReadStep step, ReadValues values, int at) {
        while (values.in.passes(tag)) {
            values.value(step, at + step.offset, Wire.typeOf(tag));
        }
    }

    /** What there is of a record without components. */
    static void nothing(ReadValues values, int at) {}
}
