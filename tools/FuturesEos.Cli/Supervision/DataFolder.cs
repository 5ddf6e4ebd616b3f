using System.Globalization;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>A data folder in the hands of one <c>up</c>: the lock goes with its process, however that ends.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream folderLock) => (Path, _lock) = (path, folderLock);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Where the children's logs go.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>Takes the folder, made when absent.</summary>
    /// <exception cref="ExpectedFailure">Another has it, or it cannot be written.</exception>
    public static DataFolder Take(string path)
    {
        var pidFile = System.IO.Path.Combine(path, "up.pid");
        try
        {
            Directory.CreateDirectory(path);
            var folderLock = new FileStream(
                System.IO.Path.Combine(path, "up.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataFolder(path, folderLock);
        }
        catch (UnauthorizedAccessException e)
        {
            throw ExpectedFailure.Unreachable($"{path} cannot be written: {e.Message}; give another --data folder", e);
        }
        catch (IOException e) when (!File.Exists(pidFile))
        {
            throw ExpectedFailure.Unreachable(
                $"{path} cannot be made or written: {e.Message}; give another --data folder", e);
        }
        catch (IOException e)
        {
            var owner = $"process {File.ReadAllText(pidFile)}";
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"a pipeline runs in {path} already ({owner}); stop it with 'eos down', or give another --data folder",
                e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
