using System.Diagnostics;
using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>Our own reading of kustomizations gives what kubectl's gives.</summary>
public class KustomizeTests
{
    public static TheoryData<string> Folders =>
        ["apps/base", "strimzi", "debezium", "relay", "postgres", "network-policies", "monitoring", "overlays/kind",
            "overlays/kind-relay",
         "overlays/kind-monitored", "proof/replay", "proof/verify"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task kubectl_builds_the_same_documents(string folder)
    {
        var theirs = YamlText.Read(await KubectlAsync(DeployFolder.Own.At(folder)), folder)
            .ConvertAll(document => new Manifest(document));
        var ours = Kustomization.Build(DeployFolder.Own.At(folder));
        Assert.Equal(ours.ConvertAll(Key).Order(), theirs.ConvertAll(Key).Order());
        var different = from document in ours
                        let other = theirs.Single(candidate => Key(candidate) == Key(document))
                        where !JsonNode.DeepEquals(Sorted(document.Node), Sorted(other.Node))
                        select $"{Key(document)}\nours:   {Sorted(document.Node)?.ToJsonString()}\ntheirs: "
                            + $"{Sorted(other.Node)?.ToJsonString()}";
        Assert.Empty(different);
    }

    private static string Key(Manifest manifest) =>
        $"{manifest.ApiVersion} {manifest.Kind} {manifest.Namespace}/{manifest.Name}";

    // a merge may put new items of a named list before or behind the old ones: their order means nothing
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray items when items.All(item => Tree.Text(item, "name") is not null) =>
            new JsonArray([.. items.OrderBy(item => Tree.Text(item, "name"), StringComparer.Ordinal).Select(Sorted)]),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static async Task<string> KubectlAsync(string folder)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(
                "kubectl", ["kustomize", folder])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not on the PATH");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error);
            return output;
        }
    }
}
