using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>Images are pinned: a tag with a full version, or a digest; ours all of one version.</summary>
internal static partial class ImageCheck
{
    private const string Ours = "localhost:5001/futures-eos/";

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var images = set.All.SelectMany(manifest => Tree.Members(manifest.Node)
            .Where(member => member.Name == "image" && member.Value is JsonValue)
            .Select(member => (manifest, Image: member.Value!.ToString()))).ToList();
        foreach (var (manifest, image) in images.Where(i => !Pinned().IsMatch(i.Image)))
            yield return $"{manifest}: image {image} is not pinned to a version or a digest";
        foreach (var (manifest, image) in images.Where(i => !i.Image.Contains('/', StringComparison.Ordinal)))
            yield return $"{manifest}: image {image} names no registry";
        var versions = images.Select(i => i.Image)
            .Where(i => i.StartsWith(Ours, StringComparison.Ordinal)).Select(i => i.Split(':')[^1]).Distinct().ToList();
        if (versions.Count > 1)
            yield return $"our images are of {versions.Count} versions: {string.Join(", ", versions.Order())}";
    }

    [GeneratedRegex(@":v?[0-9]+\.[0-9]+(\.[0-9]+)?([-.][A-Za-z0-9.-]+)?$|@sha256:[0-9a-f]{64}$")]
    private static partial Regex Pinned();
}
