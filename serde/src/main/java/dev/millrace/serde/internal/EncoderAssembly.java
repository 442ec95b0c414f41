package dev.millrace.serde.internal;

import dev.millrace.serde.SchemaType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the method handle of one encoder, and binds it to a copy of {@link EncoderTemplate}. Used once, by one thread.
 *
 * <p>All handles here are of the type {@code (WireOutput, long fixed, long base) -> void}. A message is written from its end to
 * its start, so the last field comes first.
 */
final class EncoderAssembly {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics LEAVES = Statics.of(LOOKUP, EncoderLeaves.class);
    private static final Statics NODES = Statics.of(LOOKUP, EncoderNodes.class);

    private static final MethodType DIRECT = MethodType.methodType(int.class, long.class, byte[].class, int.class);

    private EncoderAssembly() {}

    static MessageWriter newWriter(SchemaType type) {
        WriteStep root = WriteStep.root(type);
        DirectEncoder direct = DirectEncoder.of(root);
        EncoderConstants constants = direct == null
                ? new EncoderConstants(payload(root), MethodHandles.empty(DIRECT), Integer.MAX_VALUE)
                : new EncoderConstants(payload(root), direct.write(), direct.maxBytes());
        return (MessageWriter) HiddenClasses.instantiate(LOOKUP, EncoderTemplate.class, constants);
    }

    /** A value with its tag, of which the slot lies at its offset. */
    private static MethodHandle value(WriteStep step, boolean isAlways) {
        return switch (step.kind) {
            case BOOLEAN, BYTE -> field("byteField", step, isAlways);
            case SHORT -> field("shortField", step, isAlways);
            case CHAR -> field("charField", step, isAlways);
            case INT, ENUM -> field("intField", step, isAlways);
            case LONG, LOCAL_DATE -> field("longField", step, isAlways);
            case FLOAT -> field("floatField", step, isAlways);
            case DOUBLE -> field("doubleField", step, isAlways);
            case ARRAY, LIST, MAP, OPTIONAL ->
                step.isWrapped ? delimited(value(step.parts[0], false), step, true) : parts(step);
            case INSTANT, TEXT, RECORD, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION ->
                delimited(payload(step), step, isAlways);
        };
    }

    private static MethodHandle field(String leaf, WriteStep step, boolean isAlways) {
        return MethodHandles.insertArguments(LEAVES.handle(leaf), 0, step.tag, isAlways, step.offset);
    }

    private static MethodHandle delimited(MethodHandle payload, WriteStep step, boolean isAlways) {
        int tag = Wire.tag(Wire.numberOf(step.tag), Wire.DELIMITED);
        return MethodHandles.insertArguments(NODES.handle("delimited"), 0, payload, tag, isAlways, step.offset);
    }

    /** What stands behind the tag and the length of a value. */
    private static MethodHandle payload(WriteStep step) {
        return switch (step.kind) {
            case RECORD -> record(step);
            case TEXT, BYTES -> LEAVES.handle("text");
            case FIXED_TEXT -> MethodHandles.insertArguments(LEAVES.handle("fixedText"), 0, step.inner);
            case INSTANT, LOCAL_DATE_TIME -> LEAVES.handle("secondsAndNanos");
            case DURATION -> LEAVES.handle("duration");
            case UUID -> LEAVES.handle("uuid");
            case DECIMAL -> LEAVES.handle("decimal");
            case UNION -> union(step);
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, LOCAL_DATE, ARRAY, LIST, MAP, OPTIONAL ->
                throw new IllegalStateException("a kind without a length: kind=" + step.kind);
        };
    }

    private static MethodHandle record(WriteStep step) {
        List<MethodHandle> fields = new ArrayList<>();
        for (int i = step.parts.length - 1; i >= 0; i--) {
            fields.add(value(step.parts[i], false));
        }
        return fields.isEmpty() ? NODES.handle("nothing") : Handles.sequence(fields);
    }

    private static MethodHandle union(WriteStep step) {
        List<MethodHandle> alternatives = new ArrayList<>();
        for (WriteStep alternative : step.parts) {
            alternatives.add(value(alternative, true));
        }
        return MethodHandles.insertArguments(
                NODES.handle("union"), 0, Handles.choice(alternatives), alternatives.size(), step.inner);
    }

    private static MethodHandle parts(WriteStep step) {
        return switch (step.kind) {
            case OPTIONAL ->
                MethodHandles.insertArguments(
                        NODES.handle("optional"), 0, value(step.parts[0], true), step.inner, step.offset);
            case ARRAY, LIST -> elements(step, step.parts[0]);
            case MAP -> {
                MethodHandle entry = Handles.sequence(List.of(value(step.parts[1], true), value(step.parts[0], true)));
                yield MethodHandles.insertArguments(
                        NODES.handle("entries"), 0, entry, step.tag, step.stride, step.offset);
            }
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, RECORD, DURATION ->
                throw new IllegalStateException("a kind without parts: kind=" + step.kind);
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION ->
                throw new IllegalStateException("a kind without parts: kind=" + step.kind);
        };
    }

    private static MethodHandle elements(WriteStep list, WriteStep element) {
        return switch (element.kind) {
            case BOOLEAN, BYTE -> packed("packedBytes", list);
            case SHORT -> packed("packedShorts", list);
            case CHAR -> packed("packedChars", list);
            case INT, ENUM -> packed("packedInts", list);
            case LONG, LOCAL_DATE -> packed("packedLongs", list);
            case FLOAT -> packed("packedFloats", list);
            case DOUBLE -> packed("packedDoubles", list);
            case INSTANT, TEXT, RECORD, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT, UNION, ARRAY ->
                MethodHandles.insertArguments(
                        NODES.handle("elements"), 0, value(element, true), list.stride, list.offset);
            case LIST, MAP, OPTIONAL ->
                MethodHandles.insertArguments(
                        NODES.handle("elements"), 0, value(element, true), list.stride, list.offset);
        };
    }

    private static MethodHandle packed(String leaf, WriteStep list) {
        return MethodHandles.insertArguments(
                LEAVES.handle(leaf), 0, Wire.tag(Wire.numberOf(list.tag), Wire.DELIMITED), list.offset);
    }
}
