using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Every type that lies inside an Opaque against the laws and its golden bytes, like the payloads.</summary>
public sealed class ContentLawsTests
{
    // Read from whatever is there, so that being cut off or appended to means something else to it. It has tests of its own.
    private static readonly Type[] WithoutLaws = [typeof(AttributeFlag)];

    public static TheoryData<string, string> Goldens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var form in ContentForms.All)
            {
                foreach (var vector in VectorFile.Load(form.Type))
                    data.Add(form.Name, vector.Title);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void GoldenBytesObeyAllLaws(string name, string title)
    {
        var form = ContentForms.All.Single(form => form.Name == name);
        MessageLaws.CheckAll(form, form.PartOf(VectorFile.Load(name, title)));
    }

    [Fact]
    public void EveryContentOfContractsIsHere()
    {
        var all = typeof(IOpaqueContent<>).Assembly.GetTypes().Where(static type => !type.IsInterface && type.GetInterfaces().Any(
            i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IOpaqueContent<>) && i.GenericTypeArguments[0] == type));
        Assert.Equal(
            all.Select(static type => type.Name).Order(StringComparer.Ordinal),
            ContentForms.All.Select(static form => form.Name).Concat(WithoutLaws.Select(static type => type.Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ContentThatIsCutOffIsToldFromContent()
    {
        Opaque whole = new StorageText("hello").ToOpaque();

        Assert.True(whole.TryRead<StorageText>(out var text));
        Assert.Equal("hello", text.Text);
        Assert.False(new Opaque(whole.Span[..^1]).TryRead<StorageText>(out _));
    }
}
