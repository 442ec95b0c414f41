package dev.millrace.serde;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Names a type with its parameters, which a class alone cannot: {@code new TypeToken<Pair<Long, String>>() {}}.
 *
 * <p>Immutable; any thread may use it.
 *
 * @param <T> the type
 */
public abstract class TypeToken<T> {
    private final AnnotatedType type;

    protected TypeToken() {
        // The braces behind the constructor call make a direct subclass, which keeps the parameter in its class file.
        if (!(getClass().getAnnotatedSuperclass() instanceof AnnotatedParameterizedType superclass)
                || getClass().getSuperclass() != TypeToken.class) {
            throw new IllegalStateException("type token names no type: class="
                    + getClass().getName() + "; write new TypeToken<Pair<Long, String>>() {}");
        }
        this.type = superclass.getAnnotatedActualTypeArguments()[0];
    }

    /** The type as Java's reflection has it. */
    public final Type type() {
        return type.getType();
    }

    final AnnotatedType annotatedType() {
        return type;
    }

    /** The class of the type, without its parameters. */
    final Class<?> rawType() {
        Type plain = type();
        if (plain instanceof ParameterizedType parameterized) {
            plain = parameterized.getRawType();
        }
        return plain instanceof Class<?> found ? found : Object.class;
    }

    @Override
    public String toString() {
        return type().getTypeName();
    }
}
