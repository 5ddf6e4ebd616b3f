using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// Forces a folder's list of names to the disk: a file that was made or renamed and then flushed may else be gone, or
/// have its old name, after a power cut (fsync(2), "Calling fsync() does not necessarily ensure that the entry in the
/// directory containing the file has also reached disk").
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The folder cannot be opened, or the disk failed.</exception>
    public static void Flush(string path)
    {
        // NTFS writes names to its journal itself, and has no call for it
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        if (folder.IsInvalid)
            throw new IOException($"{path} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(folder);
    }

    // File.OpenHandle refuses folders
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
