namespace FuturesEos.Tests.Support;

/// <summary>A folder of one test, that every user of the machine may pass, gone at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string name = "")
    {
        Path = System.IO.Path.Combine(
            System.IO.Path.GetTempPath(), "futures-eos-tests", $"{name}{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>A path inside.</summary>
    public string In(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
