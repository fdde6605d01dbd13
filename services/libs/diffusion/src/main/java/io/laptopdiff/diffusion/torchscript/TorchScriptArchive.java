package io.laptopdiff.diffusion.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The bytes of a TorchScript archive holding one module without parameters whose {@code forward} is
 * given as source.
 *
 * <p>The format is PyTorch's: a stored (uncompressed) zip with {@code version}, {@code
 * code/__torch__.py}, {@code data.pkl} (a pickle of the module object) and {@code constants.pkl}.
 */
final class TorchScriptArchive {

    private TorchScriptArchive() {}

    /**
     * @param library functions that {@code forward} may call, or nothing
     * @param forward the source of {@code forward}, indented by two blanks
     * @return an archive that {@code torch::jit::load} reads
     */
    static byte[] of(String library, String forward) throws IOException {
        String code =
                library
                        + "class Ops(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                        + forward;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "ops/version", "3\n".getBytes(StandardCharsets.US_ASCII));
            put(zip, "ops/code/__torch__.py", code.getBytes(StandardCharsets.US_ASCII));
            put(zip, "ops/data.pkl", moduleObject());
            put(zip, "ops/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
        }
        return bytes.toByteArray();
    }

    /**
     * Writes, in pickle protocol 2, one {@code __torch__.Ops} object whose only attribute is
     * training = False.
     */
    private static byte[] moduleObject() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x80, 2}); // PROTO 2
        out.write("c__torch__\nOps\n".getBytes(StandardCharsets.US_ASCII)); // GLOBAL
        out.write(new byte[] {')', (byte) 0x81}); // EMPTY_TUPLE NEWOBJ
        out.write(new byte[] {'}', '('}); // EMPTY_DICT MARK
        out.write(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE of 8 bytes
        out.write("training".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[] {(byte) 0x89, 'u', 'b', '.'}); // NEWFALSE SETITEMS BUILD STOP
        return out.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(data.length);
        entry.setCompressedSize(data.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(data);
        zip.closeEntry();
    }
}
