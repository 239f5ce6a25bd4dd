//! One type for all that is drawn. Leptos' own elements have a type for each tag, set of attributes and set of children,
//! and each is compiled into the wasm with code of its own to draw, change and drop it; this one is compiled once, and
//! a further element costs what its names cost.

use std::borrow::Cow;
use std::sync::Arc;

use leptos::prelude::{Mountable, Render, RenderHtml};
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::view::{Position, PositionState};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

/// Text that is known at compile time, or not.
type Text = Cow<'static, str>;

/// Attributes that never change.
type Fixed = &'static [(&'static str, &'static str)];

/// An element to be drawn. Boxed, so that handing it around is handing a pointer around.
pub(crate) struct Node(Box<Parts>);

struct Parts {
    namespace: &'static str,
    tag: &'static str,
    fixed: Fixed,
    /// Attributes that may change; one without a value is absent.
    varying: Vec<(&'static str, Option<Text>)>,
    content: Content,
    listener: Option<Listener>,
    /// Among its like: what has the same is moved rather than made into another.
    #[cfg(feature = "panel")]
    key: Option<&'static str>,
}

/// What is done on an event of this name.
type Listener = (&'static str, Arc<dyn Fn(JsValue) + Send + Sync>);

enum Content {
    Text(Text),
    /// HTML of our own, in which nothing varies.
    Markup(&'static str),
    Nodes(Vec<Node>),
    /// Drawn by somebody else.
    #[cfg(feature = "panel")]
    Foreign(Painter),
}

/// Draws into an element, which is new or was drawn into before.
#[cfg(feature = "panel")]
type Painter = Arc<dyn Fn(&Element, bool) + Send + Sync>;

/// An HTML element.
pub(super) fn html(tag: &'static str, fixed: Fixed) -> Node {
    node(HTML, tag, fixed)
}

/// An SVG element.
pub(super) fn svg(tag: &'static str, fixed: Fixed) -> Node {
    node(SVG, tag, fixed)
}

fn node(namespace: &'static str, tag: &'static str, fixed: Fixed) -> Node {
    let content = Content::Nodes(Vec::new());
    Node(Box::new(Parts {
        namespace,
        tag,
        fixed,
        varying: Vec::new(),
        content,
        listener: None,
        #[cfg(feature = "panel")]
        key: None,
    }))
}

impl Node {
    /// With an attribute.
    pub(super) fn attr(self, name: &'static str, value: impl Into<Text>) -> Self {
        self.varying(name, Some(value.into()))
    }

    /// With an attribute that may be absent.
    pub(super) fn maybe(self, name: &'static str, value: Option<Text>) -> Self {
        self.varying(name, value)
    }

    /// With an attribute that is there or not, such as `hidden`.
    pub(super) fn flag(self, name: &'static str, on: bool) -> Self {
        self.varying(name, on.then_some(Cow::Borrowed("")))
    }

    #[inline(never)]
    fn varying(mut self, name: &'static str, value: Option<Text>) -> Self {
        self.0.varying.push((name, value));
        self
    }

    /// With this text alone.
    pub(super) fn text(mut self, text: impl Into<Text>) -> Self {
        self.0.content = Content::Text(text.into());
        self
    }

    /// With this content alone, in which nothing varies.
    pub(super) fn markup(mut self, markup: &'static str) -> Self {
        self.0.content = Content::Markup(markup);
        self
    }

    /// With content that isn't ours: `paint` draws into the element each time the element is drawn, and is told whether
    /// it is new. It need not be in the page yet.
    #[cfg(feature = "panel")]
    pub(super) fn painted(mut self, paint: impl Fn(&Element, bool) + Send + Sync + 'static) -> Self {
        self.0.content = Content::Foreign(Arc::new(paint));
        self
    }

    /// Stays this element wherever it stands among its siblings.
    #[cfg(feature = "panel")]
    pub(super) fn keyed(mut self, key: &'static str) -> Self {
        self.0.key = Some(key);
        self
    }

    /// With one more child.
    #[inline(never)]
    pub(super) fn child(mut self, child: Self) -> Self {
        match &mut self.0.content {
            Content::Nodes(nodes) => nodes.push(child),
            content => *content = Content::Nodes(vec![child]),
        }
        self
    }

    /// With these children too.
    pub(super) fn children(self, children: Vec<Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Does this on a click. What the first drawing does stays, so it must not depend on anything that changes.
    pub(super) fn on_click(self, click: impl Fn() + Send + Sync + 'static) -> Self {
        self.on("click", move |_| click())
    }

    /// Does this on an event; an element listens to one kind.
    pub(super) fn on(mut self, event: &'static str, listener: impl Fn(JsValue) + Send + Sync + 'static) -> Self {
        self.0.listener = Some((event, Arc::new(listener)));
        self
    }
}

impl Parts {
    /// Whether an element that was drawn from these can become `other` by changes of attributes, text and children.
    fn can_become(&self, other: &Self) -> bool {
        let content = match (&self.content, &other.content) {
            (Content::Markup(one), Content::Markup(other)) => one == other,
            (Content::Text(_), Content::Text(_)) | (Content::Nodes(_), Content::Nodes(_)) => true,
            #[cfg(feature = "panel")]
            (Content::Foreign(_), Content::Foreign(_)) => true,
            _ => false,
        };
        #[cfg(feature = "panel")]
        let content = content && self.key == other.key;
        content
            && self.tag == other.tag
            && self.fixed == other.fixed
            && self.varying.iter().map(|(name, _)| name).eq(other.varying.iter().map(|(name, _)| name))
    }
}

/// What was drawn of a [`Node`].
pub(crate) struct Drawn {
    element: Element,
    /// As it was drawn, without its children.
    parts: Box<Parts>,
    children: Vec<Drawn>,
    _listener: Option<Closure<dyn Fn(JsValue)>>,
}

impl Drawn {
    /// The element in the page.
    #[cfg(feature = "panel")]
    pub(super) const fn element(&self) -> &Element {
        &self.element
    }

    /// `None` where there is no document, or it is none that can hold the element.
    pub(super) fn new(Node(mut parts): Node) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let element = document.create_element_ns(Some(parts.namespace), parts.tag).ok()?;
        for (name, value) in parts.fixed {
            set(&element, name, Some(value));
        }
        for (name, value) in &parts.varying {
            set(&element, name, value.as_deref());
        }
        let mut children = Vec::new();
        match &mut parts.content {
            Content::Text(text) => element.set_text_content(Some(text)),
            Content::Markup(markup) => element.set_inner_html(markup),
            Content::Nodes(nodes) => children = append(&element, core::mem::take(nodes)),
            #[cfg(feature = "panel")]
            Content::Foreign(paint) => paint(&element, true),
        }
        let listener = parts.listener.take().map(|(event, listener)| {
            let heard = Closure::<dyn Fn(JsValue)>::new(move |event| listener(event));
            // Refused only on what is no event target.
            let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
            heard
        });
        Some(Self { element, parts, children, _listener: listener })
    }

    /// Changes what differs.
    pub(super) fn update(&mut self, Node(mut parts): Node) {
        if !self.parts.can_become(&parts) {
            if let Some(drawn) = Self::new(Node(parts)) {
                // Refused only where the parent could not hold it, and it holds one like it.
                let _ = self.element.replace_with_with_node_1(&drawn.element);
                *self = drawn;
            }
            return;
        }
        for ((name, value), (_, before)) in parts.varying.iter().zip(&self.parts.varying) {
            if value != before {
                set(&self.element, name, value.as_deref());
            }
        }
        match (&mut parts.content, &self.parts.content) {
            (Content::Text(text), Content::Text(before)) if text != before => {
                self.element.set_text_content(Some(text));
            }
            (Content::Nodes(nodes), _) => {
                let mut nodes = core::mem::take(nodes);
                #[cfg(feature = "panel")]
                self.arrange(&nodes);
                let further = nodes.split_off(nodes.len().min(self.children.len()));
                for gone in self.children.drain(nodes.len()..) {
                    gone.element.remove();
                }
                for (child, node) in self.children.iter_mut().zip(nodes) {
                    child.update(node);
                }
                self.children.extend(append(&self.element, further));
            }
            #[cfg(feature = "panel")]
            (Content::Foreign(paint), _) => paint(&self.element, false),
            _ => {}
        }
        self.parts = parts;
    }
}

#[cfg(feature = "panel")]
impl Drawn {
    /// Puts the children that have keys into the order of `nodes`. What has the focus keeps it.
    fn arrange(&mut self, nodes: &[Node]) {
        let root = self.element.get_root_node();
        let focused = || js_sys::Reflect::get(&root, &"activeElement".into()).unwrap_or_default();
        let mut before = None;
        for (place, node) in nodes.iter().enumerate() {
            let Some(key) = node.0.key else { continue };
            let found = self.children.iter().position(|child| child.parts.key == Some(key));
            let Some(from) = found.filter(|from| *from > place) else { continue };
            before.get_or_insert_with(focused);
            let child = self.children.remove(from);
            let next = self.children.get(place).map(|next| next.element.as_ref());
            // Refused only when the next one has left, which none does by itself.
            let _ = self.element.insert_before(&child.element, next);
            self.children.insert(place, child);
        }
        if let Some(element) = before.and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok())
            && !element.is_same_node(focused().dyn_ref())
        {
            let stay = web_sys::FocusOptions::new();
            stay.set_prevent_scroll(true);
            // What is in the page takes the focus.
            let _ = element.focus_with_options(&stay);
        }
    }
}

fn append(parent: &Element, nodes: Vec<Node>) -> Vec<Drawn> {
    let drawn: Vec<Drawn> = nodes.into_iter().filter_map(Drawn::new).collect();
    for child in &drawn {
        // Refused only for a parent that holds nothing, which is none of ours.
        let _ = parent.append_child(&child.element);
    }
    drawn
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // Refused only for names that are no names.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&web_sys::Node>) {
        // Refused only when the marker has left the parent: then there is no place to be at.
        let _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_element();
        parent.map(|parent| child.mount(&parent, Some(&self.element))).is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl Render for Node {
    type State = Option<Drawn>;

    fn build(self) -> Self::State {
        Drawn::new(self)
    }

    fn rebuild(self, state: &mut Self::State) {
        match state {
            Some(drawn) => drawn.update(self),
            None => *state = self.build(),
        }
    }
}

no_attrs!(Node);

// Leptos asks every view for this; no server draws the widget, so that only `build` and `rebuild` are ever called.
impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self::State {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
