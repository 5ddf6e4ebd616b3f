using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Inputs that are kept: each file is a request without its length (<c>*.request</c>) or record batches (<c>*.batch</c>), and
/// reached something that no other did. A finding is added by writing its bytes into the folder; every run begins with all of
/// them, and the long ones change them.
/// </summary>
internal static class Corpus
{
    public const string Request = ".request";
    public const string Batch = ".batch";

    private static readonly Lazy<IReadOnlyList<(string Name, byte[] Bytes)>> OfRequests = new(() => Read(Request));
    private static readonly Lazy<IReadOnlyList<(string Name, byte[] Bytes)>> OfBatches = new(() => Read(Batch));

    public static string Folder { get; } = Path.Combine(SourceTree.Root, "FuturesEos.Tests/EmbeddedKafka/Fuzz/Corpus");

    public static IReadOnlyList<(string Name, byte[] Bytes)> Requests => OfRequests.Value;

    public static IReadOnlyList<(string Name, byte[] Bytes)> Batches => OfBatches.Value;

    private static List<(string Name, byte[] Bytes)> Read(string extension)
    {
        var files = Directory.GetFiles(Folder, "*" + extension).Order(StringComparer.Ordinal).ToList();
        Assert.True(files.Count > 20, $"{Folder} has {files.Count} files *{extension}");
        return [.. files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
    }
}
