namespace FuturesEos.EmbeddedKafka;

/// <summary>One broker a folder: the lock goes with the process, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;

    private readonly FileStream _lock;

    private FolderLock(FileStream locked) => _lock = locked;

    /// <exception cref="IOException">
    /// Another broker has the folder, and the text names its process; or it cannot be written.
    /// </exception>
    public static FolderLock Take(string folder)
    {
        var owner = Path.Combine(folder, "broker.pid");
        FileStream? locked = null;
        try
        {
            Directory.CreateDirectory(folder);
            locked = new FileStream(
                Path.Combine(folder, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(owner, $"{Environment.ProcessId}\n");
            return new FolderLock(locked);
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            var pid = File.Exists(owner) ? File.ReadAllText(owner).Trim() : "unknown";
            throw new IOException(
                $"The broker of process {pid} uses {folder}. Stop it, or take another data folder.", taken);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            locked?.Dispose();
            throw Unwritable(folder, failed);
        }
    }

    /// <summary>What to say of a folder on a full disk, or without a right.</summary>
    public static IOException Unwritable(string folder, Exception why) => new(
        $"The data folder {folder} cannot be written: {why.Message.TrimEnd('.')}. Mend that, or take another one.",
        why);

    private static bool IsTaken(IOException failed) =>
        failed.HResult == (OperatingSystem.IsWindows() ? SharingViolation
            : OperatingSystem.IsLinux() ? LinuxWouldBlock
            : BsdWouldBlock);

    public void Dispose() => _lock.Dispose();
}
