package dev.millrace.serde.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Makes copies of a template class, each a class of its own with its own constants, so that each is compiled for itself.
 *
 * <p>The template reads its class data ({@code MethodHandles.classData}) into static final fields, has a constructor
 * without parameters and no inner classes or lambdas: those would belong to the template, not to the copy. A copy is
 * unloaded when nothing refers to it any more.
 */
public final class HiddenClasses {
    private HiddenClasses() {}

    /**
     * Makes a copy, and one instance of it.
     *
     * @param lookup of a class in the template's package
     */
    public static Object instantiate(MethodHandles.Lookup lookup, Class<?> template, Object classData) {
        try {
            MethodHandles.Lookup copy = lookup.defineHiddenClassWithClassData(bytesOf(template), classData, true);
            return copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalStateException("template cannot be copied: template=" + template.getName(), e);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    private static byte[] bytesOf(Class<?> template) {
        String file = template.getSimpleName() + ".class";
        try (InputStream in = template.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("class file is missing: template=" + template.getName()
                        + "; keep the class files in the jar when repackaging");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("class file cannot be read: template=" + template.getName(), e);
        }
    }
}
