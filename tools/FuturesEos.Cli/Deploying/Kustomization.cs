using System.Text.Json.Nodes;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// Builds a folder with a <c>kustomization.yaml</c> to its documents, as <c>kubectl kustomize</c> does, for the fields
/// that
/// <c>deploy/</c> uses; another field is refused rather than ignored. So manifests can be rendered and checked where
/// kubectl is not.
/// A test compares the two.
/// </summary>
internal sealed class Kustomization
{
    private static readonly HashSet<string> Known =
    [
        "apiVersion", "kind", "namespace", "resources", "labels", "images", "patches", "configMapGenerator",
        "generatorOptions",
    ];

    private readonly string _folder;
    private readonly JsonObject _text;

    private Kustomization(string folder)
    {
        _folder = folder;
        var file = Path.Combine(folder, "kustomization.yaml");
        if (!File.Exists(file))
            throw ExpectedFailure.Unreachable($"{file} is missing; it belongs to the repository: git checkout deploy");
        _text = YamlText.Read(File.ReadAllText(file), file).Single();
        if (_text.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
            throw new ExpectedFailure(
                ExitCode.CheckFailed, $"{file}: field {unknown} is unknown here; known are {string.Join(", ", Known)}");
    }

    /// <summary>The documents of a folder.</summary>
    /// <exception cref="ExpectedFailure">A file is missing or cannot be read, or a patch meets nothing.</exception>
    public static List<Manifest> Build(string folder) => new Kustomization(Path.GetFullPath(folder)).Build();

    private List<Manifest> Build()
    {
        var documents = Tree.Texts(_text, "resources").SelectMany(Resource).ToList();
        foreach (var generator in Tree.Items(_text, "configMapGenerator")) Generate(documents, generator);
        foreach (var patch in Tree.Items(_text, "patches")) Patch(documents, patch);
        foreach (var document in documents)
        {
            SetNamespace(document);
            foreach (var labels in Tree.Items(_text, "labels")) SetLabels(document, labels);
            foreach (var image in Tree.Items(_text, "images")) SetImage(document, image);
        }

        return documents;
    }

    private IEnumerable<Manifest> Resource(string name)
    {
        var path = Path.Combine(_folder, name);
        if (Directory.Exists(path)) return Build(path);
        if (!File.Exists(path)) throw ExpectedFailure.Unreachable($"{path} is missing; {_folder} names it");
        return YamlText.Read(File.ReadAllText(path), path).Select(document => new Manifest(document));
    }

    private void Generate(List<Manifest> documents, JsonObject generator)
    {
        if (Tree.Text(_text, "generatorOptions", "disableNameSuffixHash") != "true")
            throw new ExpectedFailure(ExitCode.CheckFailed,
                $"{_folder}: generated names with a hash are not supported; disableNameSuffixHash: true");
        var name = Tree.Text(generator, "name")!;
        var data = new JsonObject();
        foreach (var literal in Tree.Texts(generator, "literals"))
        {
            var equals = literal.IndexOf('=', StringComparison.Ordinal);
            data[literal[..equals]] = literal[(equals + 1)..];
        }

        foreach (var file in Tree.Texts(generator, "files"))
            data[Path.GetFileName(file)] = File.ReadAllText(Path.Combine(_folder, file));
        if (Tree.Text(generator, "behavior") == "merge")
        {
            var there = documents.FirstOrDefault(document => document.Kind == "ConfigMap" && document.Name == name)
                ?? throw new ExpectedFailure(
                    ExitCode.CheckFailed, $"{_folder}: there is no ConfigMap {name} to merge into");
            StrategicMerge.Apply((JsonObject)there.Node["data"]!, data);
            return;
        }

        var metadata = new JsonObject { ["name"] = name };
        if (Tree.Text(generator, "namespace") is { } where) metadata["namespace"] = where;
        if (Tree.At(_text, "generatorOptions", "labels") is { } labels) metadata["labels"] = labels.DeepClone();
        documents.Add(new Manifest(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap",
            ["metadata"] = metadata, ["data"] = data
        }));
    }

    private void Patch(List<Manifest> documents, JsonObject patch)
    {
        var path = Path.Combine(_folder, Tree.Text(patch, "path")!);
        var text = File.ReadAllText(path);
        if (patch["target"] is { } target)
        {
            var operations = (JsonArray)YamlText.ReadValue(text, path)!;
            var kind = Tree.Text(target, "kind");
            foreach (var document in documents.Where(document => document.Kind == kind))
                JsonPatch.Apply(document.Node, operations);
            return;
        }

        foreach (var change in YamlText.Read(text, path).Select(node => new Manifest(node)))
        {
            var document = documents.FirstOrDefault(
                candidate => candidate.Kind == change.Kind && candidate.Name == change.Name)
                ?? throw new ExpectedFailure(ExitCode.CheckFailed, $"{path}: there is no {change} to patch");
            if (Tree.Text(change.Node, "$patch") == "delete") documents.Remove(document);
            else StrategicMerge.Apply(document.Node, change.Node);
        }
    }

    private void SetNamespace(Manifest document)
    {
        if (Tree.Text(_text, "namespace") is not { } name || document.Kind == "Namespace") return;
        document.Node["metadata"]!["namespace"] = name;
    }

    private static void SetLabels(Manifest document, JsonObject labels)
    {
        var metadata = (JsonObject)document.Node["metadata"]!;
        var there = metadata["labels"] as JsonObject ?? (JsonObject)(metadata["labels"] = new JsonObject());
        foreach (var (name, value) in Tree.Map(labels, "pairs")) there[name] = value;
    }

    private static void SetImage(Manifest document, JsonObject image)
    {
        foreach (var (name, value, owner) in Tree.Members(document.PodTemplate).ToList())
        {
            if (name != "image" || value?.ToString().Split(':', '@')[0] != Tree.Text(image, "name")) continue;
            owner["image"] = $"{Tree.Text(image, "newName")}:{Tree.Text(image, "newTag")}";
        }
    }
}
