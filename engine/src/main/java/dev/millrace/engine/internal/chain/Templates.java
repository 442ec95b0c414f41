package dev.millrace.engine.internal.chain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;

/**
 * Makes instances of template classes, each of a hidden class of its own.
 *
 * <p>Why: the JIT keeps call profiles per method of a class. Two maps of one class share the profile of their call to
 * the user's lambda, which then looks megamorphic and is not inlined. A copy of the class has a profile of its own, so
 * a whole chain becomes one loop, and the records between its operators are never allocated.
 */
public final class Templates {
    private static final Object NO_DATA = "none";

    private Templates() {}

    /**
     * Defines a template again and makes an instance.
     *
     * @param lookup of the template's package, with full access
     * @param template a class with one constructor, which these arguments fit
     * @param type what the caller sees it as: the copy is no subclass of its template
     */
    public static <S> S instance(
            MethodHandles.Lookup lookup, Class<? extends S> template, Class<S> type, Object... arguments) {
        return instanceWith(NO_DATA, lookup, template, type, arguments);
    }

    /**
     * Defines a template again and makes an instance.
     *
     * @param classData what the template's static initializer finds with {@link MethodHandles#classData}
     * @param lookup of the template's package, with full access
     * @param template a class with one constructor, which these arguments fit
     * @param type what the caller sees it as: the copy is no subclass of its template
     */
    public static <S> S instanceWith(
            Object classData,
            MethodHandles.Lookup lookup,
            Class<? extends S> template,
            Class<S> type,
            Object... arguments) {
        try {
            Class<?> copy = lookup.defineHiddenClassWithClassData(classFile(template), classData, true)
                    .lookupClass();
            Constructor<?> constructor = template.getDeclaredConstructors()[0];
            MethodHandle make =
                    lookup.findConstructor(copy, MethodType.methodType(void.class, constructor.getParameterTypes()));
            return type.cast(make.invokeWithArguments(arguments));
        } catch (Throwable e) {
            throw new IllegalStateException("operator class could not be made: template=" + template.getName(), e);
        }
    }

    private static byte[] classFile(Class<?> template) {
        String name = template.getName();
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream in = template.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("class file is missing: class=" + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("class file cannot be read: class=" + name, e);
        }
    }
}
