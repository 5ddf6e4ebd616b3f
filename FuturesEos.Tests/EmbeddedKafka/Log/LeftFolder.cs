namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>What a crash left of a log's folder, to be damaged further.</summary>
internal sealed class LeftFolder(string of) : IDisposable
{
    public string Path { get; } = LogFolder.CopyOf(of);

    /// <summary>Keeps so many bytes of the only file with this extension.</summary>
    public void Cut(string extension, int bytes)
    {
        using var file = File.OpenWrite(Single(extension));
        file.SetLength(bytes);
    }

    public void Spoil(string file, int at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(file, bytes);
    }

    public void Spoil(int at) => Spoil(Single(".log"), at);

    public string Single(string extension) => Directory.GetFiles(Path, "*" + extension).Single();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
