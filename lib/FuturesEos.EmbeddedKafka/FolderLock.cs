namespace FuturesEos.EmbeddedKafka;

/// <summary>One broker a folder: the lock goes with the process, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;

    private FolderLock(FileStream locked) => _lock = locked;

    /// <exception cref="IOException">Another broker has the folder; the text names its process.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var owner = Path.Combine(folder, "broker.pid");
        try
        {
            var locked = new FileStream(
                Path.Combine(folder, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(owner, $"{Environment.ProcessId}\n");
            return new FolderLock(locked);
        }
        catch (IOException taken) when (taken is not FileNotFoundException and not DirectoryNotFoundException)
        {
            var pid = File.Exists(owner) ? File.ReadAllText(owner).Trim() : "unknown";
            throw new IOException(
                $"The broker of process {pid} uses {folder}. Stop it, or take another data folder.", taken);
        }
    }

    public void Dispose() => _lock.Dispose();
}
