package dev.millrace.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.internal.Unchecked;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** An array of primitives, which is no {@code byte[]}. Immutable. */
final class ArrayShape extends JsonShape {
    private final PlainShape element;
    private final MethodHandle make;
    private final MethodHandle length;
    private final MethodHandle get;
    private final MethodHandle set;

    ArrayShape(FieldType.ArrayOf type) {
        Class<?> array = type.javaType();
        element = new PlainShape(type.element());
        make = MethodHandles.arrayConstructor(array).asType(MethodType.methodType(Object.class, int.class));
        length = MethodHandles.arrayLength(array).asType(MethodType.methodType(int.class, Object.class));
        get = MethodHandles.arrayElementGetter(array)
                .asType(MethodType.methodType(Object.class, Object.class, int.class));
        set = MethodHandles.arrayElementSetter(array)
                .asType(MethodType.methodType(void.class, Object.class, int.class, Object.class));
    }

    @Override
    Object read(JsonParser in) throws IOException {
        expect(in, JsonToken.START_ARRAY, "an array");
        List<Object> elements = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            elements.add(element.read(in));
        }
        try {
            Object array = (Object) make.invokeExact(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                set.invokeExact(array, i, elements.get(i));
            }
            return array;
        } catch (Throwable e) {
            throw Unchecked.rethrow(e);
        }
    }

    @Override
    void write(Object array, JsonGenerator out) throws IOException {
        out.writeStartArray();
        try {
            int count = (int) length.invokeExact(array);
            for (int i = 0; i < count; i++) {
                element.write((Object) get.invokeExact(array, i), out);
            }
        } catch (Throwable e) {
            throw Unchecked.rethrow(e);
        }
        out.writeEndArray();
    }
}
